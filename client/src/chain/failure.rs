//! What went wrong on the chain or on the way to it, in words.

use crate::error::{Failure, Kind, Result};
use subxt::{
	error::{
		BackendError, DispatchError, ExtrinsicError, OnlineClientAtBlockError, RpcError, RuntimeApiError, StorageError,
		TokenError, TransactionEventsError, TransactionStatusError,
	},
	rpcs::{self, UserError},
};

/// Turns subxt's errors into failures.
pub trait ToFailure<T> {
	fn or_failure(self) -> Result<T>;
}

impl<T, E: Into<subxt::Error>> ToFailure<T> for std::result::Result<T, E> {
	fn or_failure(self) -> Result<T> {
		self.map_err(|error| failure(error.into()))
	}
}

/// An error of the connection.
pub fn rpc(error: rpcs::Error) -> Failure {
	match error {
		rpcs::Error::User(error) => refused(&error),
		other => unavailable(&other),
	}
}

/// True when the node has forgotten the state that was asked for.
pub fn is_forgotten(failure: &Failure) -> bool {
	failure.code == FORGOTTEN
}

pub const FORGOTTEN: &str = "state_forgotten";

fn failure(error: subxt::Error) -> Failure {
	use subxt::Error;
	match error {
		Error::ExtrinsicError(ExtrinsicError::IncompatibleCodegen)
		| Error::RuntimeApiError(
			RuntimeApiError::IncompatibleCodegen
			| RuntimeApiError::TraitNotFound(_)
			| RuntimeApiError::MethodNotFound { .. },
		)
		| Error::StorageError(StorageError::IncompatibleCodegen)
		| Error::ConstantError(_) => outdated(),
		Error::ExtrinsicError(ExtrinsicError::TransactionStatusError(status)) => not_included(&status),
		Error::TransactionEventsError(TransactionEventsError::ExtrinsicFailed(error)) => dispatch(&error),
		other => match backend(&other) {
			Some(BackendError::Rpc(RpcError::ClientError(rpcs::Error::User(error)))) => refused(error),
			_ => unavailable(&other),
		},
	}
}

/// The error of the connection in an error of something that used it.
fn backend(error: &subxt::Error) -> Option<&BackendError> {
	use subxt::Error;
	match error {
		Error::BackendError(error)
		| Error::ExtrinsicError(
			ExtrinsicError::ErrorSubmittingTransaction(error)
			| ExtrinsicError::TransactionStatusStreamError(error)
			| ExtrinsicError::CannotGetFeeInfo(error)
			| ExtrinsicError::CannotGetValidationInfo(error),
		)
		| Error::RuntimeApiError(RuntimeApiError::CannotCallApi(error))
		| Error::StorageError(StorageError::CannotFetchValue(error))
		| Error::OnlineClientAtBlockError(
			OnlineClientAtBlockError::CannotGetCurrentBlock { reason: error }
			| OnlineClientAtBlockError::CannotGetBlockHash { reason: error, .. }
			| OnlineClientAtBlockError::CannotGetBlockHeader { reason: error, .. }
			| OnlineClientAtBlockError::CannotGetSpecVersion { reason: error, .. },
		) => Some(error),
		_ => None,
	}
}

fn unavailable(error: &impl std::fmt::Display) -> Failure {
	Failure::new(Kind::Unavailable, "node_unavailable", in_words(&error.to_string()))
		.help("try again, or another node with --url")
}

/// Each layer of the connection says again that there is an error, and the lowest one what its program is to do about it.
fn in_words(error: &str) -> String {
	const LAYERS: [&str; 4] = ["Custom backend error: ", "Backend error: ", "RPC error: ", "client error: "];
	let message = LAYERS.iter().fold(error.to_string(), |message, layer| message.replace(layer, ""));
	match message.contains("restart required") || message.contains("background task closed") {
		true => "the connection to the node broke".into(),
		false => message,
	}
}

fn outdated() -> Failure {
	Failure::new(
		Kind::Refused,
		"incompatible_runtime",
		"the chain runs another version of the game than this tool knows",
	)
	.help("update `learnware`; if it is newer than the chain, use the release that the chain's operators name")
}

/// What a node answers instead of a result: code and data as polkadot-sdk's pool and RPC servers give them.
fn refused(error: &UserError) -> Failure {
	let data = error.data.as_ref().map_or("", |data| data.get().trim_matches('"'));
	match error.code {
		1010 => invalid(data),
		1012 => invalid_with("temporarily_banned", "the node has just refused this very transaction", "wait a minute"),
		1013 => {
			invalid_with("already_sent", "this very transaction is in the pool already", "wait until it is in a block")
		},
		1014 => invalid_with(
			"priority_too_low",
			"another transaction of this account with the same number is in the pool",
			"wait until it is in a block, then try again",
		),
		1016 => {
			invalid_with("pool_full", "the node's pool is full", "try again in a minute, or another node with --url")
		},
		_ if error.message.contains("already discarded") || data.contains("already discarded") => {
			Failure::new(Kind::Unavailable, FORGOTTEN, "the node has forgotten the state of that block")
				.help("ask an archive node with --url")
		},
		_ => unavailable(&format_args!("{} ({}) {data}", error.message, error.code)),
	}
}

/// Words for the data of error 1010, which is `InvalidTransaction` as polkadot-sdk writes it.
fn invalid(data: &str) -> Failure {
	let (code, message, help) = if data.contains("pay some fees") {
		("cannot_pay_fees", "the account can't pay the fee", "send it some tokens; `learnware account show --balance`")
	} else if data.contains("outdated") {
		("stale", "the account has sent another transaction with this number", "try again")
	} else if data.contains("will be valid in the future") {
		("future", "an earlier transaction of this account is still missing", "try again when it is in a block")
	} else if data.contains("bad signature") {
		(
			"bad_signature",
			"the signature does not fit this chain",
			"update `learnware`: the runtime may have been upgraded",
		)
	} else if data.contains("ancient birth block") {
		("ancient", "the transaction was signed too long ago", "try again")
	} else if data.contains("exhaust the block limits") {
		("block_full", "the transaction does not fit into the block", "try again")
	} else if data.contains("not expected") {
		("call_not_expected", "the chain does not take this call from outside", "update `learnware`")
	} else {
		return Failure::new(Kind::Refused, "invalid_transaction", format!("the transaction is not valid: {data}"));
	};
	invalid_with(code, message, help)
}

fn invalid_with(code: &str, message: &str, help: &str) -> Failure {
	Failure::new(Kind::Refused, format!("invalid_transaction.{code}"), message).help(help)
}

/// A transaction that the pool gave up.
pub fn not_included(status: &TransactionStatusError) -> Failure {
	Failure::new(Kind::Refused, "not_included", format!("the transaction did not get into a block: {status}"))
		.help("look at the account's state (`learnware label status`), then try again")
}

/// A call that failed in its block.
fn dispatch(error: &DispatchError) -> Failure {
	let (code, message) = match error {
		DispatchError::Module(error) => match error.details() {
			Ok(details) => (
				format!("{}.{}", details.pallet.name(), details.variant.name),
				details.variant.docs.iter().map(|line| line.trim()).collect::<Vec<_>>().join(" "),
			),
			Err(_) => ("UnknownError".into(), error.to_string()),
		},
		DispatchError::Token(error) => (format!("Token.{error:?}"), token(error).into()),
		other => (format!("{other:?}"), other.to_string()),
	};
	let message = format!("{code}: {}", if message.is_empty() { "no description" } else { &message });
	let failure = Failure::new(Kind::Refused, code.clone(), message);
	match remedy(&code) {
		Some(help) => failure.help(help),
		None => failure,
	}
}

fn token(error: &TokenError) -> &'static str {
	match error {
		TokenError::FundsUnavailable => "the account does not have what this takes",
		TokenError::NotExpendable | TokenError::BelowMinimum => "the account would be left with less than it must keep",
		TokenError::CannotCreateHold => "the account can't have this held: it does not exist yet, or has too little",
		TokenError::Frozen => "the account's funds are frozen",
		_ => "the account's funds do not allow this",
	}
}

/// What to do, beyond what the error's documentation says.
fn remedy(code: &str) -> Option<&'static str> {
	let (pallet, name) = code.split_once('.')?;
	match (pallet, name) {
		("Token", _) => Some("`learnware account show --balance` shows what the account has"),
		("LabelingGame", "AllowListNotEmpty") => Some("`learnware dataset disallow DATASET --all` empties it"),
		("LabelingGame", "AlreadyCommitted") => Some("`learnware label withdraw SAMPLE` takes the first label back"),
		("LabelingGame", "AlreadyRevealed") => Some("`learnware label watch` waits for the outcome"),
		("LabelingGame", "BountyTooSmall") => Some("`learnware chain info` shows the smallest bounty"),
		("LabelingGame", "InvalidReveal") => {
			Some("`learnware label reveal SAMPLE FILE` with the file that was committed")
		},
		("LabelingGame", "NotCommitted") => Some("`learnware label status` shows this account's labels"),
		("LabelingGame", "NotEligible") => Some("`learnware label next` lists samples that this account may label"),
		("LabelingGame", "TooEarly") => {
			Some("`learnware label watch` and `learnware sample watch` reveal by themselves when it is time")
		},
		("LabelingGame", "TooLate") => Some("`learnware label next` lists samples that still take labels"),
		("LabelingGame", "TooManyLabels") => Some("`learnware label status` shows this account's labels"),
		("LabelingGame", "UnknownDataset") => Some("`learnware dataset list` shows all"),
		("LabelingGame", "UnknownSample") => Some("`learnware sample list` shows those being played"),
		("LearnwareRewards", "AlreadyCommitted") => {
			Some("`learnware training withdraw SESSION` takes the first lesson back")
		},
		("LearnwareRewards", "InvalidReveal") => {
			Some("`learnware training reveal SESSION LESSON` with the file that was committed")
		},
		("LearnwareRewards", "NotCommitted" | "UnknownTraining") => {
			Some("`learnware training list` shows the sessions that are on")
		},
		("LearnwareRewards", "TooEarly") => Some("`learnware training watch` reveals by itself when it is time"),
		("LearnwareRewards", "TooLate") => Some("`learnware training list` shows the sessions that take lessons"),
		_ => None,
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn answer(code: i32, data: &str) -> Failure {
		let data = Some(serde_json::value::to_raw_value(data).unwrap());
		refused(&UserError { code, message: "Invalid Transaction".into(), data })
	}

	#[test]
	fn invalid_transactions_are_told_in_words() {
		// The texts of `InvalidTransaction` in sp-runtime.
		for (data, code) in [
			("Inability to pay some fees (e.g. account balance too low)", "cannot_pay_fees"),
			("Transaction is outdated", "stale"),
			("Transaction will be valid in the future", "future"),
			("Transaction has a bad signature", "bad_signature"),
			("Transaction has an ancient birth block", "ancient"),
			("Transaction would exhaust the block limits", "block_full"),
			("Transaction call is not expected", "call_not_expected"),
		] {
			let failure = answer(1010, data);
			assert_eq!(failure.code, format!("invalid_transaction.{code}"));
			assert_eq!(failure.kind, Kind::Refused);
			assert!(failure.help.is_some());
		}
		assert!(answer(1010, "Custom error: 7").message.contains("Custom error: 7"));
		assert_eq!(answer(1014, "").code, "invalid_transaction.priority_too_low");
	}

	#[test]
	fn layers_of_the_connection_are_left_out() {
		for (error, words) in [
			(
				"Cannot call the Runtime API: Backend error: RPC error: RPC error: client error: Request timeout",
				"Cannot call the Runtime API: Request timeout",
			),
			(
				"RPC error: client error: The background task closed connection closed; restart required",
				"the connection to the node broke",
			),
		] {
			assert_eq!(unavailable(&error).message, words);
		}
	}

	#[test]
	fn forgotten_state_is_told_from_a_node_that_is_down() {
		assert!(is_forgotten(&answer(4003, "UnknownBlock: State already discarded for 0x00")));
		assert_eq!(answer(-32000, "something").code, "node_unavailable");
	}
}
