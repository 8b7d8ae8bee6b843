//! What can go wrong.

use learnware_engine::Fault;

/// What can go wrong.
#[derive(Debug, thiserror::Error)]
pub enum Error {
	/// Not a state of the learnware `mlp_steering`.
	#[error("a state of {bytes} bytes, where that of mlp_steering has {expected}")]
	State {
		/// What it has.
		bytes: usize,
		/// What it should have.
		expected: usize,
	},
	/// There is no such contributor.
	#[error("there is no contributor {0}")]
	Contributor(usize),
	/// There is no part of the test set for another lesson; make more of them.
	#[error("no part of the test set is left")]
	NoPart,
	/// The learnware could not be run.
	#[error(transparent)]
	Replay(#[from] Fault),
	/// The plot can't be drawn.
	#[error("can't draw the plot: {0}")]
	Plot(String),
}
