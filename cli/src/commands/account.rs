//! `learnware account`.

use super::{
	signing::{self, connect, Review},
	Context,
};
use crate::{
	amount::Amount,
	args::Account,
	chain::{calls, Chain, Receipt},
	error::{Failure, Kind, Result},
	files::{self, Existing},
	game::Balance,
	keyfile::KeyFile,
	keystore::{find_account, Found, Keystore, Stored},
	output::table,
	prompt::{secret_from_stdin, Missing, Password},
	secret,
};
use schnorrkel::SecretKey;
use serde::Serialize;
use std::{fmt, fs, path::Path};
use zeroize::Zeroizing;

pub fn run(context: &Context, command: Account) -> Result<()> {
	let keystore = Keystore::new(&context.settings.home.data);
	match command {
		Account::New { name, words } => new(context, &keystore, &name, words),
		Account::Import { name, file: Some(file), .. } => import_file(context, &keystore, &name, &file),
		Account::Import { name, unsafe_secret, .. } => import_secret(context, &keystore, &name, unsafe_secret),
		Account::List => list(context, &keystore),
		Account::Show { name, balance } => show(context, &find(context, &keystore, name)?, balance),
		Account::Export { name, output } => export(context, &keystore, name, output.as_deref()),
		Account::Send { to, amount } => send(context, &to, &amount),
	}
}

fn new(context: &Context, keystore: &Keystore, name: &str, words: u8) -> Result<()> {
	keystore.check_new(name)?;
	let password = choose_password(context, name)?;
	let mnemonic = secret::new_mnemonic(words)?;
	let stored = store(context, keystore, name, &secret::parse(&mnemonic)?, &password)?;
	context.output.data(&Made { account: Shown::stored(&stored), mnemonic: Some(mnemonic.as_str()) });
	Ok(())
}

fn import_secret(context: &Context, keystore: &Keystore, name: &str, given: Option<String>) -> Result<()> {
	keystore.check_new(name)?;
	let password = choose_password(context, name)?;
	let text = match given {
		Some(secret) => {
			context
				.output
				.warn("the secret was on the command line: other users, and the shell's history, may have it");
			Zeroizing::new(secret)
		},
		None => secret_from_stdin("Mnemonic or seed: ")?,
	};
	if secret::ends_in_blank(&text) {
		context.output.warn("the secret ends in a blank, which counts: without it, this is another account");
	}
	let stored = store(context, keystore, name, &secret::parse(&text)?, &password)?;
	context.output.data(&Made { account: Shown::stored(&stored), mnemonic: None });
	Ok(())
}

fn import_file(context: &Context, keystore: &Keystore, name: &str, path: &Path) -> Result<()> {
	keystore.check_new(name)?;
	let json = fs::read_to_string(path).map_err(|error| Failure::file(Kind::Usage, "read", path, &error))?;
	let mut file = KeyFile::parse(&json)?;
	let password = require_password(context)?.read(&context.output, &path.display().to_string())?;
	let progress = context.output.progress("Opening the key file");
	file.decrypt(&password)?;
	drop(progress);
	file.meta.name = name.into();
	let stored = keystore.add(name, file)?;
	context.output.data(&Made { account: Shown::stored(&stored), mnemonic: None });
	Ok(())
}

fn list(context: &Context, keystore: &Keystore) -> Result<()> {
	let accounts = keystore.list()?;
	if accounts.is_empty() {
		context.output.note("the keystore is empty; `learnware account new NAME` makes an account");
	}
	context.output.data(&List(accounts.iter().map(Shown::stored).collect()));
	Ok(())
}

fn show(context: &Context, found: &Found, balance: bool) -> Result<()> {
	let (account, shown) = (found.account()?, Shown::of(found)?);
	if !balance {
		context.output.data(&shown);
		return Ok(());
	}
	let chain = connect(context)?;
	let balance = context.block_on(async { chain.best().await?.balance(account).await })?;
	context.output.data(&WithBalance { account: shown, balance, chain: &chain });
	Ok(())
}

fn export(context: &Context, keystore: &Keystore, name: Option<String>, output: Option<&Path>) -> Result<()> {
	let Found::Stored(stored) = find(context, keystore, name)? else {
		return Err(Failure::account("a development account has no key file")
			.help("polkadot.js has the development accounts too"));
	};
	let json = stored.file.to_json();
	match output {
		Some(path) => {
			files::write_private(path, json.as_bytes(), Existing::Keep)
				.map_err(|error| Failure::file(Kind::Usage, "write", path, &error))?;
			context.output.note(format_args!("written to {}; it opens with the account's password", path.display()));
		},
		None => context.output.data(&Exported(stored.file)),
	}
	Ok(())
}

fn send(context: &Context, to: &str, amount: &str) -> Result<()> {
	let to = find_account(&context.settings.home.data, to)?;
	let signer = signing::signer(context, true)?;
	let chain = connect(context)?;
	chain.check_recipients(&[to])?;
	let amount = chain.token.parse(amount)?;
	let there = context.block_on(async { chain.best().await?.balance(to).await })?;
	let total = there.free.0.saturating_add(there.held.0).saturating_add(amount.0);
	if total < there.minimum.0 {
		let message = format!(
			"{to} would have {}, and an account must have {} to exist",
			chain.format(Amount(total)),
			chain.format(there.minimum)
		);
		return Err(Failure::new(Kind::Refused, "below_minimum", message).help("send more"));
	}
	let call = calls::transfer(to, amount.0);
	let review =
		Review { sends: Some(amount), asks: true, ..Review::of(format!("Send {} to {to}", chain.format(amount))) };
	if signing::review(context, &chain, &signer, &call, &review)? {
		let receipt = signing::send(context, &chain, &signer, &call)?.receipt;
		let from = signer.account.to_string();
		context.output.data(&Transferred { from, to: to.to_string(), amount, receipt, chain: &chain });
	}
	Ok(())
}

fn find(context: &Context, keystore: &Keystore, name: Option<String>) -> Result<Found> {
	let account = context.settings.account.as_ref().map(|setting| setting.value.clone());
	let wanted = name.or(account).ok_or_else(|| {
		Failure::new(Kind::Usage, "missing_input", "no account given").help("name one, or use --account")
	})?;
	keystore.find(&wanted)
}

fn require_password(context: &Context) -> Result<Password<'_>> {
	let password = context.settings.password();
	let mut missing = Missing::default();
	if matches!(password, Password::Asked) {
		missing.unless_interactive("--password-file");
	}
	missing.check().map(|()| password)
}

fn choose_password(context: &Context, name: &str) -> Result<Zeroizing<String>> {
	require_password(context)?.choose(&context.output, name)
}

fn store(context: &Context, keystore: &Keystore, name: &str, secret: &SecretKey, password: &str) -> Result<Stored> {
	let _progress = context.output.progress("Encrypting the key");
	keystore.add(name, KeyFile::encrypt(secret, name, password)?)
}

#[derive(Serialize)]
struct Transferred<'a> {
	from: String,
	to: String,
	amount: Amount,
	receipt: Receipt,
	#[serde(skip)]
	chain: &'a Chain,
}

impl fmt::Display for Transferred<'_> {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		let (amount, fee) = (self.chain.format(self.amount), self.chain.format(self.receipt.fee));
		write!(f, "sent {amount} to {} in block {}; fee {fee}", self.to, self.receipt.block)
	}
}

#[derive(Serialize)]
struct Shown {
	name: String,
	address: String,
	public_key: String,
	/// Everybody knows its key.
	development: bool,
	file: Option<String>,
}

impl Shown {
	fn of(found: &Found) -> Result<Self> {
		match found {
			Found::Stored(stored) => Ok(Self::stored(stored)),
			Found::Development(uri) => {
				let account = found.account()?;
				Ok(Self {
					name: uri.clone(),
					address: account.to_string(),
					public_key: format!("0x{}", hex::encode(account)),
					development: true,
					file: None,
				})
			},
		}
	}

	fn stored(stored: &Stored) -> Self {
		Self {
			name: stored.name.clone(),
			address: stored.file.address.to_string(),
			public_key: format!("0x{}", hex::encode(stored.file.address)),
			development: false,
			file: Some(stored.path.display().to_string()),
		}
	}
}

impl fmt::Display for Shown {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		writeln!(f, "name        {}", self.name)?;
		writeln!(f, "address     {}", self.address)?;
		write!(f, "public key  {}", self.public_key)?;
		if let Some(file) = &self.file {
			write!(f, "\nfile        {file}")?;
		}
		if self.development {
			write!(f, "\nEverybody knows this account's key: use it on development chains only.")?;
		}
		Ok(())
	}
}

#[derive(Serialize)]
struct WithBalance<'a> {
	#[serde(flatten)]
	account: Shown,
	balance: Balance,
	#[serde(skip)]
	chain: &'a Chain,
}

impl fmt::Display for WithBalance<'_> {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		writeln!(f, "{}", self.account)?;
		writeln!(f, "free        {}", self.chain.format(self.balance.free))?;
		write!(f, "held        {}  (bounties, collateral, deposits)", self.chain.format(self.balance.held))
	}
}

/// A new account, with the mnemonic that nobody will see again.
#[derive(Serialize)]
struct Made<'a> {
	#[serde(flatten)]
	account: Shown,
	#[serde(skip_serializing_if = "Option::is_none")]
	mnemonic: Option<&'a str>,
}

impl fmt::Display for Made<'_> {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		self.account.fmt(f)?;
		if let Some(mnemonic) = self.mnemonic {
			write!(
				f,
				"\n\nWrite down these words. They are the account, and are never shown again:\n\n  {mnemonic}\n"
			)?;
		}
		Ok(())
	}
}

#[derive(Serialize)]
#[serde(transparent)]
struct List(Vec<Shown>);

impl fmt::Display for List {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		let rows = self.0.iter().map(|account| [account.name.clone(), account.address.clone()]);
		f.write_str(&table(["name", "address"], rows))
	}
}

#[derive(Serialize)]
#[serde(transparent)]
struct Exported(KeyFile);

impl fmt::Display for Exported {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str(&self.0.to_json())
	}
}
