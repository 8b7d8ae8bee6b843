//! What the tool prints as JSON, and what it is given.

use crate::{Error, Result};
use serde_json::Value;

/// A number that names something.
pub fn id(value: &Value, what: &str) -> Result<u32> {
	let number = value[what].as_u64().and_then(|number| number.try_into().ok());
	number.ok_or_else(|| Error(format!("no {what} in {value}")))
}

/// A string, if it is one.
pub fn text(value: &Value) -> Option<String> {
	value.as_str().map(str::to_owned)
}

/// A string that must be there.
pub fn need(value: &Value, what: &str) -> Result<String> {
	text(&value[what]).ok_or_else(|| Error(format!("no {what}: {value}")))
}

/// An amount in the smallest unit.
pub fn smallest_units(amount: &str) -> Result<u128> {
	amount.parse().map_err(|_| Error(format!("`{amount}` is no amount")))
}
