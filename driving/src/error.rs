//! What can go wrong.

/// What can go wrong.
#[derive(Debug, thiserror::Error)]
pub enum Error {
	/// Not a state of the learnware `mlp_steering`.
	#[error("a state of {bytes} bytes, where a driver has {expected}")]
	State {
		/// What it has.
		bytes: usize,
		/// What it should have.
		expected: usize,
	},
	/// There is no such contributor.
	#[error("there is no contributor {0}")]
	Contributor(usize),
}
