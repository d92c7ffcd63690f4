//! Loading: the layers put together, checked whole, and the origin of every value remembered.

use std::path::{Path, PathBuf};

use figment::Figment;

use super::{
    Config, ConfigError, Problem, Watch, environment::Environment, file::TomlFile, read_bounded,
    validation,
};

/// The file that is read where `--config` names none.
pub const DEFAULT_FILE: &str = "signet.toml";

/// A configuration that has passed every check which needs nothing but itself.
#[derive(Clone)]
pub struct Loaded {
    /// The values.
    pub config: Config,
    /// The file that was read.
    pub path: PathBuf,
    watch: Watch,
    figment: Figment,
}

/// What figment holds is the text of the file, secrets included.
impl std::fmt::Debug for Loaded {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { config, path, .. } = self;
        f.debug_struct("Loaded").field("config", config).field("path", path).finish_non_exhaustive()
    }
}

impl Loaded {
    /// Reads `path`, then lays the variables named `SIGNET_…` over it.
    ///
    /// # Errors
    /// The first value that has the wrong type or no known key, or else every combination that cannot be,
    /// each with the key's path and where the value came from.
    pub fn read(
        path: &Path,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        let mut watch = Watch::new(vec![path.to_owned()]);
        let text = read_bounded(path).map_err(|message| {
            ConfigError::of(format!("{message} (name another file with --config)"))
        })?;
        let file = TomlFile::parse(path, &text)
            .map_err(|message| ConfigError::of(format!("{}: {message}", path.display())))?;
        let figment = Figment::new().merge(file).merge(Environment::new(environment));

        let mut config: Config =
            figment.extract().map_err(|error| ConfigError::from_figment(error, path))?;
        resolve_paths(&mut config, path.parent().unwrap_or(Path::new("")));
        watch.add(named_files(&config));
        let loaded = Self { config, path: path.to_owned(), watch, figment };
        match validation::problems(&loaded.config) {
            problems if problems.is_empty() => Ok(loaded),
            problems => Err(loaded.locate(problems)),
        }
    }

    /// The file and those that it names, as they looked before they were read.
    #[must_use]
    pub fn watch(&self) -> Watch {
        self.watch.clone()
    }

    /// Adds to problems that another room found where the values came from.
    #[must_use]
    pub fn locate(&self, problems: Vec<Problem>) -> ConfigError {
        ConfigError::locate(problems, &self.figment)
    }
}

/// The files that applications name; they are read after this.
fn named_files(config: &Config) -> Vec<PathBuf> {
    let applications = config.applications.iter();
    let files = applications.flat_map(|application| {
        application.client_secret_file.iter().chain(&application.jwks_file)
    });
    files.cloned().collect()
}

/// Paths are relative to the file that names them, wherever the process was started.
fn resolve_paths(config: &mut Config, base: &Path) {
    let mut paths = vec![&mut config.keys.directory];
    if let Some(tls) = &mut config.http.tls {
        paths.extend([&mut tls.certificate_file, &mut tls.key_file]);
    }
    for application in &mut config.applications {
        paths.extend(&mut application.client_secret_file);
        paths.extend(&mut application.jwks_file);
    }
    paths.extend(&mut config.store.url_file);
    paths.extend(&mut config.store.ca_file);
    paths.extend(&mut config.directory.url_file);
    for path in paths {
        *path = base.join(&*path);
    }
    config.directory.url = config.directory.url.take().map(|url| url.relative_to(base));
}
