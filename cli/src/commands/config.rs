//! `learnware config`.

use super::Context;
use crate::{
	args::Config,
	config::{ConfigFile, Origin, Setable, Setting},
	error::{Failure, Result},
};
use serde::Serialize;
use std::fmt;

pub fn run(context: &Context, command: Config) -> Result<()> {
	match command {
		Config::Get { setting } => get(context, setting),
		Config::Set { setting, values } => set(context, setting, &values),
		Config::Unset { setting } => set(context, setting, &[]),
		Config::List => {
			let settings = Setable::ALL.map(|what| Shown::new(what, context.settings.get(what)));
			context
				.output
				.data(&List { file: context.settings.home.config.display().to_string(), settings: settings.into() });
			Ok(())
		},
	}
}

fn get(context: &Context, what: Setable) -> Result<()> {
	let setting = context.settings.get(what).ok_or_else(|| {
		Failure::input(format!("{} is not set", what.name()))
			.help(format!("set it with `learnware config set {} VALUE`", what.name()))
	})?;
	if context.output.json {
		context.output.data(&Shown::new(what, Some(setting)));
	} else {
		context.output.bytes(format!("{}\n", setting.value.join("\n")).as_bytes());
	}
	Ok(())
}

fn set(context: &Context, what: Setable, values: &[String]) -> Result<()> {
	let path = &context.settings.home.config;
	let mut file = ConfigFile::read(path)?;
	file.set(what, values)?;
	file.write(path)?;
	if let Some(setting) =
		context.settings.get(what).filter(|it| matches!(it.origin, Origin::Flag | Origin::Environment))
	{
		context.output.note(format_args!("note: the {} sets {} too, and wins", setting.origin, what.name()));
	}
	context.output.note(format_args!("written to {}", path.display()));
	let setting = (!values.is_empty()).then(|| Setting { value: values.to_vec(), origin: Origin::File });
	if context.output.json {
		context.output.data(&Shown::new(what, setting));
	}
	Ok(())
}

#[derive(Serialize)]
struct List {
	file: String,
	settings: Vec<Shown>,
}

#[derive(Serialize)]
struct Shown {
	name: &'static str,
	values: Vec<String>,
	origin: Option<Origin>,
}

impl Shown {
	fn new(what: Setable, setting: Option<Setting<Vec<String>>>) -> Self {
		let (values, origin) = setting.map_or((Vec::new(), None), |setting| (setting.value, Some(setting.origin)));
		Self { name: what.name(), values, origin }
	}
}

impl fmt::Display for Shown {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self.origin {
			Some(origin) => write!(f, "{:<14} {}  ({origin})", self.name, self.values.join(", ")),
			None => write!(f, "{:<14} -", self.name),
		}
	}
}

impl fmt::Display for List {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		for setting in &self.settings {
			writeln!(f, "{setting}")?;
		}
		write!(f, "{:<14} {}", "file", self.file)
	}
}
