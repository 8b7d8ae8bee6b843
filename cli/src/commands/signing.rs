//! What all commands that sign have in common: who signs, what it costs, and a last look before it is sent.

use super::Context;
use crate::{
	amount::Amount,
	chain::{At, Chain, Event, Included},
	error::{Failure, Kind, Result},
	keystore::{find_account, Found, Keystore, Signer},
	output::Output,
	prompt::{self, Missing, Password},
};
use serde::Serialize;
use std::fmt;
use subxt::{tx::Payload, utils::AccountId32};

/// Finds the account of the settings; a keystore with one account needs no setting.
pub fn find(context: &Context) -> Result<Found> {
	let keystore = Keystore::new(&context.settings.home.data);
	if let Some(setting) = &context.settings.account {
		return keystore.find(&setting.value);
	}
	let mut accounts = keystore.list()?;
	match (accounts.pop(), accounts.is_empty()) {
		(Some(only), true) => Ok(Found::Stored(Box::new(only))),
		_ => Err(Failure::new(Kind::Usage, "missing_input", "missing: --account")
			.help("name an account of `learnware account list`, or set one: `learnware config set account NAME`")),
	}
}

/// The account of the settings, for those who only look: it need not be in the keystore.
pub fn account(context: &Context) -> Result<AccountId32> {
	match &context.settings.account {
		Some(setting) => find_account(&context.settings.home.data, &setting.value),
		None => find(context)?.account(),
	}
}

/// Opens the account of the settings. `asks` tells that the command asks for a confirmation later: what can't be
/// asked for is told all at once.
pub fn signer(context: &Context, asks: bool) -> Result<Signer> {
	let mut missing = Missing::default();
	let found = match find(context) {
		Err(failure) if failure.code == "missing_input" && !prompt::is_interactive() => {
			missing.unless_interactive("--account");
			Err(failure)
		},
		found => Ok(found?),
	};
	let needs_password = found.as_ref().is_ok_and(|found| !found.is_public());
	if needs_password && matches!(context.settings.password(), Password::Asked) {
		missing.unless_interactive("--password-file");
	}
	if asks && !context.yes && !context.dry_run {
		missing.unless_interactive("--yes");
	}
	missing.check()?;
	let found = found?;
	let name = found.name().to_string();
	let password = || context.settings.password().read(&context.output, &name);
	let progress = context.output.progress("Opening the account");
	let signer = found.unlock(|| progress.pause(password));
	drop(progress);
	signer
}

/// Connects to the node of the settings.
pub fn connect(context: &Context) -> Result<Chain> {
	let output = context.output;
	let progress = output.progress("Connecting");
	let told = |event: Event<'_>| match event {
		Event::Connecting(url) => progress.says(format!("Connecting to {url}")),
		other => tell(&output, &other),
	};
	context.block_on(Chain::connect(&context.settings.url.value, &told))
}

/// Tells what happens to the connection.
pub fn tell(output: &Output, event: &Event<'_>) {
	match event {
		Event::Connecting(_) => (),
		Event::Connected(chain) => output.detail(format_args!("connected to {} at {}", chain.name, chain.url)),
		Event::Lost(failure) => output.note(format_args!("lost the node ({}); connecting again", failure.message)),
		Event::Reconnected(chain) => output.note(format_args!("connected again, to {}", chain.url)),
	}
}

/// What a transaction does, told before it is sent, or instead (`--dry-run`).
#[derive(Clone, Debug, Serialize)]
pub struct Review {
	pub action: String,
	/// What leaves the account.
	#[serde(skip_serializing_if = "Option::is_none")]
	pub sends: Option<Amount>,
	/// What is held from the account, and what for.
	pub holds: Vec<Hold>,
	#[serde(skip_serializing_if = "Option::is_none")]
	pub best: Option<Case>,
	#[serde(skip_serializing_if = "Option::is_none")]
	pub worst: Option<Case>,
	/// What else is good to know.
	#[serde(skip_serializing_if = "Vec::is_empty")]
	pub advice: Vec<Advice>,
	/// What came of trying it on this machine.
	#[serde(skip_serializing_if = "Option::is_none")]
	pub trial: Option<serde_json::Value>,
	/// It must be confirmed.
	#[serde(skip)]
	pub asks: bool,
}

#[derive(Clone, Debug, Serialize)]
pub struct Hold {
	pub what: &'static str,
	pub amount: Amount,
}

/// Something to know before it is sent, with the amount that it is about.
#[derive(Clone, Debug, Serialize)]
pub struct Advice {
	pub about: &'static str,
	pub amount: Amount,
	pub what: String,
}

/// How it may end for the account, fees not counted.
#[derive(Clone, Debug, Serialize)]
pub struct Case {
	pub amount: Amount,
	pub what: String,
}

impl Review {
	/// A transaction that costs its fee and nothing else.
	pub fn of(action: impl Into<String>) -> Self {
		Self {
			action: action.into(),
			sends: None,
			holds: Vec::new(),
			best: None,
			worst: None,
			advice: Vec::new(),
			trial: None,
			asks: false,
		}
	}
}

/// A review with what only the chain knows; this is what a dry run prints.
#[derive(Serialize)]
struct Costs<'a> {
	dry_run: bool,
	account: String,
	fee: Amount,
	/// What the account can spend now.
	spendable: Amount,
	#[serde(flatten)]
	review: &'a Review,
	#[serde(skip)]
	chain: &'a Chain,
}

impl fmt::Display for Costs<'_> {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		let chain = self.chain;
		writeln!(f, "{}", self.review.action)?;
		write!(f, "  {:<12} {}  (has {})", "account", self.account, chain.format(self.spendable))?;
		write!(f, "\n  {:<12} {}", "fee", chain.format(self.fee))?;
		if let Some(amount) = self.review.sends {
			write!(f, "\n  {:<12} {}", "sent", chain.format(amount))?;
		}
		for hold in &self.review.holds {
			write!(f, "\n  {:<12} {} held", hold.what, chain.format(hold.amount))?;
		}
		for (name, case) in [("best case", &self.review.best), ("worst case", &self.review.worst)] {
			if let Some(case) = case {
				write!(f, "\n  {name:<12} {}", case.what)?;
			}
		}
		for advice in &self.review.advice {
			write!(f, "\n  {:<12} {}", advice.about, advice.what)?;
		}
		Ok(())
	}
}

/// Tells what a call costs, checks that the account can pay for it, and asks whether to send it. False after a dry
/// run: nothing is to be sent.
pub fn review(context: &Context, chain: &Chain, signer: &Signer, call: &impl Payload, review: &Review) -> Result<bool> {
	let (fee, spendable) = context.block_on(async {
		let fee = chain.sign(call, signer).await?.fee().await?;
		Ok((fee, spendable(&chain.best().await?, signer.account).await?))
	})?;
	let costs = Costs { dry_run: context.dry_run, account: signer.account.to_string(), fee, spendable, review, chain };
	let sent = review.sends.map_or(0, |amount| amount.0);
	let needed = review.holds.iter().fold(fee.0.saturating_add(sent), |sum, hold| sum.saturating_add(hold.amount.0));
	if needed > spendable.0 {
		context.output.note(&costs);
		return Err(Failure::new(
			Kind::Refused,
			"insufficient_balance",
			format!(
				"this takes {}, and the account can spend {}",
				chain.format(Amount(needed)),
				chain.format(spendable)
			),
		)
		.help(format!("send the difference to {}", signer.account)));
	}
	if context.dry_run {
		context.output.data(&costs);
		return Ok(false);
	}
	if review.asks && !context.yes {
		context.output.note(&costs);
		prompt::confirm("Send it?")?;
	}
	Ok(true)
}

/// Signs and sends a call, and waits as long as was asked for.
pub fn send(context: &Context, chain: &Chain, signer: &Signer, call: &impl Payload) -> Result<Included> {
	let _progress = context.output.progress("Waiting for the transaction to get into a block");
	context.block_on(async {
		let sent = chain.submit(chain.sign(call, signer).await?).await?;
		chain.included(sent, context.wait).await
	})
}

/// What an account can spend without ceasing to exist.
async fn spendable(at: &At, account: AccountId32) -> Result<Amount> {
	let balance = at.balance(account).await?;
	Ok(Amount(balance.free.0.saturating_sub(balance.minimum.0)))
}
