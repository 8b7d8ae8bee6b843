//! The names of the yanked `core2` crate that `multihash` 0.17 uses, from `std`.

pub use std::{error, io};
