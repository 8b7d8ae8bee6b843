//! `learnware config`.

use crate::config::Setable;
use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub enum Config {
	/// Print a setting
	Get {
		/// Name of the setting
		setting: Setable,
	},
	/// Write a setting into the configuration file
	Set {
		/// Name of the setting
		setting: Setable,
		/// Its value; more than one for url and ipfs-api
		#[arg(required = true)]
		values: Vec<String>,
	},
	/// Take a setting out of the configuration file
	Unset {
		/// Name of the setting
		setting: Setable,
	},
	/// List all settings and where they come from
	List,
}
