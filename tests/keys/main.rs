//! The room `keys`: what it promises about signatures, files, times and secrets.

mod cohort;
mod folder;
mod pem_files;
mod provisioning;
mod replicas;
mod rotation;
mod schedule;
mod sealing_keys;
mod signing;
mod support;
mod timeline;
