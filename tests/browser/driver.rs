//! Chromium by WebDriver: one browser, with a profile of its own, for each test.

use std::{
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use fantoccini::{
    Client, ClientBuilder, Locator,
    wd::{Capabilities, WebDriverCompatibleCommand},
};
use hyper_util::client::legacy::connect::HttpConnector;
use poem::http::Method;
use serde_json::{Value, json};

use crate::support::{eventually, free_port};

/// How wide pages are looked at: a desk and a phone, in CSS pixels.
const WIDTHS: [(&str, u32, u32); 2] = [("wide", 1200, 900), ("phone", 390, 844)];

/// A browser with nothing in it, and the chromedriver that holds it.
pub struct Browser {
    pub client: Client,
    _driver: Driver,
}

/// One chromedriver. It takes its browsers with it when it is asked to end.
struct Driver {
    port: u16,
    child: Child,
}

impl Driver {
    async fn start() -> Self {
        let port = free_port();
        let child = Command::new("chromedriver")
            .arg(format!("--port={port}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver, which scripts/test installs");
        let driver = Self { port, child };
        eventually("chromedriver listens", async || {
            tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_ok()
        })
        .await;
        driver
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = Command::new("kill").arg(self.child.id().to_string()).status();
        let _ = self.child.wait();
    }
}

impl Browser {
    pub async fn open() -> Self {
        let driver = Driver::start().await;
        let options = json!({
            "args": ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                     "--disable-background-networking", "--no-first-run", "--window-size=1200,900"],
        });
        let mut wanted = Capabilities::new();
        wanted.insert("goog:chromeOptions".to_owned(), options);
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(wanted)
            .connect(&format!("http://127.0.0.1:{}", driver.port))
            .await
            .unwrap();
        Self { client, _driver: driver }
    }

    pub async fn go(&self, url: &str) {
        self.client.goto(url).await.unwrap();
    }

    /// Fills in the field of that name.
    pub async fn fill(&self, name: &str, text: &str) {
        let field = self.client.find(Locator::Css(&format!("[name={name}]"))).await;
        let field = match field {
            Ok(field) => field,
            Err(error) => panic!("no field {name}: {error}\n{}", self.text().await),
        };
        field.clear().await.unwrap();
        field.send_keys(text).await.unwrap();
    }

    /// Presses the button, or follows the link, that says `text`, and waits for the page that comes.
    pub async fn press(&self, text: &str) {
        let path = format!(
            "//button[normalize-space()=\"{text}\"] | //a[normalize-space()=\"{text}\"] | \
             //input[@type=\"submit\" and @value=\"{text}\"]"
        );
        match self.client.find(Locator::XPath(&path)).await {
            Ok(button) => button.click().await.unwrap(),
            Err(error) => panic!("nothing says {text}: {error}\n{}", self.text().await),
        }
    }

    /// Presses a button twice, so fast that the page has not gone in between.
    pub async fn double_click(&self, text: &str) {
        let path = format!("//button[normalize-space()=\"{text}\"]");
        let button = self.client.find(Locator::XPath(&path)).await.unwrap();
        let twice = "arguments[0].click(); arguments[0].click();";
        let button = serde_json::to_value(button).unwrap();
        self.client.execute(twice, vec![button]).await.unwrap();
    }

    /// Ticks the box that says `text`.
    pub async fn tick(&self, text: &str) {
        let path = format!("//label[contains(normalize-space(), \"{text}\")]//input");
        let field = self.client.find(Locator::XPath(&path)).await.unwrap();
        if !field.is_selected().await.unwrap() {
            field.click().await.unwrap();
        }
    }

    /// What the page has to be copied, in its order.
    pub async fn copies<const N: usize>(&self) -> [String; N] {
        let mut copies = Vec::new();
        for element in self.client.find_all(Locator::Css(".copy")).await.unwrap() {
            copies.push(element.text().await.unwrap());
        }
        copies.try_into().unwrap_or_else(|other| panic!("{N} to be copied: {other:?}"))
    }

    /// What stands in the field with that id.
    pub async fn content(&self, id: &str) -> String {
        let field = self.client.find(Locator::Id(id)).await.unwrap();
        field.prop("value").await.unwrap().unwrap()
    }

    /// What the page says, as it is seen.
    pub async fn text(&self) -> String {
        let mut text = None;
        eventually("the page stands still", async || {
            text = match self.client.find(Locator::Css("body")).await {
                Ok(body) => body.text().await.ok(),
                Err(_) => None,
            };
            text.is_some()
        })
        .await;
        text.unwrap()
    }

    pub async fn title(&self) -> String {
        self.client.title().await.unwrap()
    }

    pub async fn url(&self) -> String {
        self.client.current_url().await.unwrap().to_string()
    }

    /// Waits until the address begins with `prefix`.
    pub async fn arrives_at(&self, prefix: &str) -> String {
        eventually(&format!("the browser arrives at {prefix}"), async || {
            self.url().await.starts_with(prefix)
        })
        .await;
        self.url().await
    }

    /// Waits until the page says `text`.
    pub async fn reads(&self, text: &str) {
        let mut page = String::new();
        for _ in 0..300 {
            page = self.text().await;
            if page.contains(text) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the page does not say {text}:\n{page}");
    }

    /// Writes what the page looks like, light and dark, on a desk and on a phone. Nothing may stick out.
    pub async fn show(&self, name: &str) {
        for (width_name, width, height) in WIDTHS {
            let metrics = json!({
                "width": width, "height": height, "deviceScaleFactor": 1,
                "mobile": width_name == "phone",
            });
            self.devtools("Emulation.setDeviceMetricsOverride", metrics).await;
            for scheme in ["light", "dark"] {
                let feature = json!({"name": "prefers-color-scheme", "value": scheme});
                self.devtools("Emulation.setEmulatedMedia", json!({"features": [feature]})).await;
                let picture = self.client.screenshot().await.unwrap();
                let folder = folder();
                std::fs::create_dir_all(&folder).unwrap();
                std::fs::write(folder.join(format!("{name}-{width_name}-{scheme}.png")), picture)
                    .unwrap();
            }
            let wider = "return document.documentElement.scrollWidth > window.innerWidth";
            let wider = self.client.execute(wider, Vec::new()).await.unwrap();
            assert_eq!(wider, false, "{name} is wider than a {width_name} screen");
        }
        self.devtools("Emulation.clearDeviceMetricsOverride", json!({})).await;
    }

    /// A command of the developer tools, which WebDriver has no word for.
    async fn devtools(&self, command: &'static str, parameters: Value) {
        self.client.issue_cmd(DevTools { command, parameters }).await.unwrap();
    }

    pub async fn close(self) {
        self.client.close().await.unwrap();
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("target/screenshots")
}

/// `POST /session/{id}/goog/cdp/execute`, chromedriver's own.
#[derive(Debug)]
struct DevTools {
    command: &'static str,
    parameters: Value,
}

impl WebDriverCompatibleCommand for DevTools {
    fn endpoint(
        &self,
        base: &url::Url,
        session: Option<&str>,
    ) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/goog/cdp/execute", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &url::Url) -> (Method, Option<String>) {
        let body = json!({"cmd": self.command, "params": self.parameters});
        (Method::POST, Some(body.to_string()))
    }
}
