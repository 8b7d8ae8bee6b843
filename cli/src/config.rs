//! Settings: flag, then environment, then configuration file, then default.

use crate::{
	args::Global,
	error::{Context as _, Failure, Kind, Result},
	files::{self, Existing},
	prompt::Password,
};
use clap::{parser::ValueSource, ArgMatches};
use directories::ProjectDirs;
use serde::{Deserialize, Serialize};
use std::{
	env, fmt, fs, io,
	path::{Path, PathBuf},
};
use url::Url;
use zeroize::Zeroizing;

/// The node of a development chain on this machine.
pub const DEFAULT_URL: &str = "ws://127.0.0.1:9944";
/// The Kubo RPC API of an IPFS daemon, or of the node, on this machine.
pub const DEFAULT_IPFS_API: &str = "http://127.0.0.1:5001";

/// Where a setting comes from.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
	Flag,
	Environment,
	File,
	Default,
}

impl fmt::Display for Origin {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str(match self {
			Self::Flag => "flag",
			Self::Environment => "environment",
			Self::File => "configuration file",
			Self::Default => "default",
		})
	}
}

/// A setting with where it comes from.
#[derive(Clone, Debug)]
pub struct Setting<T> {
	pub value: T,
	pub origin: Origin,
}

/// Names of what can be set in the file.
#[derive(Clone, Copy, Debug, Eq, PartialEq, clap::ValueEnum)]
pub enum Setable {
	Url,
	IpfsApi,
	Account,
	PasswordFile,
}

impl Setable {
	pub const ALL: [Self; 4] = [Self::Url, Self::IpfsApi, Self::Account, Self::PasswordFile];

	pub fn name(self) -> &'static str {
		match self {
			Self::Url => "url",
			Self::IpfsApi => "ipfs-api",
			Self::Account => "account",
			Self::PasswordFile => "password-file",
		}
	}
}

/// Where files are.
#[derive(Clone, Debug)]
pub struct Home {
	/// The configuration file.
	pub config: PathBuf,
	/// Directory of keystore and journal.
	pub data: PathBuf,
}

impl Home {
	/// `$LEARNWARE_HOME`, or the directories that the system has for configuration and data.
	pub fn locate() -> Result<Self> {
		if let Some(home) = env::var_os("LEARNWARE_HOME").filter(|home| !home.is_empty()).map(PathBuf::from) {
			return Ok(Self { config: home.join("config.toml"), data: home });
		}
		let directories = ProjectDirs::from("", "", "learnware").ok_or_else(|| {
			Failure::account("this user has no home directory").help("set LEARNWARE_HOME to a directory of your own")
		})?;
		Ok(Self { config: directories.config_dir().join("config.toml"), data: directories.data_dir().into() })
	}
}

/// What the configuration file holds.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct ConfigFile {
	#[serde(skip_serializing_if = "Vec::is_empty")]
	url: Vec<String>,
	#[serde(skip_serializing_if = "Vec::is_empty")]
	ipfs_api: Vec<String>,
	#[serde(skip_serializing_if = "Option::is_none")]
	account: Option<String>,
	#[serde(skip_serializing_if = "Option::is_none")]
	password_file: Option<PathBuf>,
}

impl ConfigFile {
	pub fn read(path: &Path) -> Result<Self> {
		let text = match fs::read_to_string(path) {
			Ok(text) => text,
			Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
			Err(error) => return Err(Failure::file(Kind::Usage, "read", path, &error)),
		};
		toml::from_str(&text).input(path.display())
	}

	pub fn write(&self, path: &Path) -> Result<()> {
		let text = toml::to_string(self).input("can't write the configuration")?;
		files::write_private(path, text.as_bytes(), Existing::Replace)
			.map_err(|error| Failure::file(Kind::Usage, "write", path, &error))
	}

	/// Sets one value; an empty list takes it out.
	pub fn set(&mut self, what: Setable, values: &[String]) -> Result<()> {
		let single = || match values {
			[] => Ok(None),
			[value] => Ok(Some(value.clone())),
			_ => Err(Failure::input(format!("{} is a single value", what.name()))),
		};
		match what {
			Setable::Url => {
				check_urls(values, Setable::Url)?;
				self.url = values.to_vec();
			},
			Setable::IpfsApi => {
				check_urls(values, Setable::IpfsApi)?;
				self.ipfs_api = values.to_vec();
			},
			Setable::Account => self.account = single()?,
			Setable::PasswordFile => self.password_file = single()?.map(absolute).transpose()?,
		}
		Ok(())
	}
}

/// All settings of one run.
#[derive(Clone, Debug)]
pub struct Settings {
	pub home: Home,
	pub url: Setting<Vec<Url>>,
	pub ipfs_api: Setting<Vec<Url>>,
	pub account: Option<Setting<String>>,
	pub password_file: Option<Setting<PathBuf>>,
}

impl Settings {
	pub fn gather(global: &Global, matches: &ArgMatches) -> Result<Self> {
		let home = Home::locate()?;
		let file = ConfigFile::read(&home.config)?;
		let origin = |id: &str| match matches.value_source(id) {
			Some(ValueSource::CommandLine) => Origin::Flag,
			_ => Origin::Environment,
		};
		let urls = |what: Setable, given: &[String], id: &str, filed: &[String], default: &str| {
			let (values, origin) = match (given, filed) {
				([_, ..], _) => (given.to_vec(), origin(id)),
				([], [_, ..]) => (filed.to_vec(), Origin::File),
				([], []) => (vec![default.to_string()], Origin::Default),
			};
			check_urls(&values, what).map(|value| Setting { value, origin })
		};
		Ok(Self {
			url: urls(Setable::Url, &global.url, "url", &file.url, DEFAULT_URL)?,
			ipfs_api: urls(Setable::IpfsApi, &global.ipfs_api, "ipfs_api", &file.ipfs_api, DEFAULT_IPFS_API)?,
			account: pick(global.account.clone(), origin("account"), file.account),
			password_file: pick(global.password_file.clone(), origin("password_file"), file.password_file),
			home,
		})
	}

	/// One setting as text, with where it comes from.
	pub fn get(&self, what: Setable) -> Option<Setting<Vec<String>>> {
		let strings = |urls: &Setting<Vec<Url>>| Setting {
			value: urls.value.iter().map(|url| url.as_str().trim_end_matches('/').to_string()).collect(),
			origin: urls.origin,
		};
		match what {
			Setable::Url => Some(strings(&self.url)),
			Setable::IpfsApi => Some(strings(&self.ipfs_api)),
			Setable::Account => {
				self.account.as_ref().map(|it| Setting { value: vec![it.value.clone()], origin: it.origin })
			},
			Setable::PasswordFile => self
				.password_file
				.as_ref()
				.map(|it| Setting { value: vec![it.value.display().to_string()], origin: it.origin }),
		}
	}

	/// Where passwords come from: a file named by flag or environment, `LEARNWARE_PASSWORD`, a file named in the
	/// configuration, or a person.
	pub fn password(&self) -> Password<'_> {
		let given = env::var("LEARNWARE_PASSWORD").ok().map(Zeroizing::new);
		match (&self.password_file, given) {
			(Some(file), given) if given.is_none() || file.origin != Origin::File => Password::File(&file.value),
			(_, Some(given)) => Password::Given(given),
			(_, None) => Password::Asked,
		}
	}
}

fn pick<T>(given: Option<T>, origin: Origin, filed: Option<T>) -> Option<Setting<T>> {
	given.map(|value| Setting { value, origin }).or(filed.map(|value| Setting { value, origin: Origin::File }))
}

fn absolute(path: String) -> Result<PathBuf> {
	std::path::absolute(&path).input(path)
}

fn check_urls(values: &[String], what: Setable) -> Result<Vec<Url>> {
	let schemes: &[&str] = if what == Setable::Url { &["ws", "wss"] } else { &["http", "https"] };
	let check = |value: &String| {
		Url::parse(value).ok().filter(|url| schemes.contains(&url.scheme()) && url.has_host()).ok_or_else(|| {
			let example = if what == Setable::Url { DEFAULT_URL } else { DEFAULT_IPFS_API };
			Failure::input(format!("'{value}' is not a URL for {}", what.name()))
				.help(format!("write {}://HOST:PORT, for example {example}", schemes.join(":// or ")))
		})
	};
	values.iter().map(check).collect()
}
