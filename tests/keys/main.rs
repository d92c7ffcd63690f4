//! The room `keys`: what it promises about signatures, files, times and secrets.

mod pem_files;
mod signing;
mod support;
