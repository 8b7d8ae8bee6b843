//! Deadlines of what people have committed to.

use sp_runtime::traits::Saturating;

/// Shortest time to reveal what was committed, in blocks: well above the lag of finality, and long enough for a client
/// that was restarted.
pub const MIN_REVEAL_PERIOD: u32 = 20;

/// The first block after a phase of `period` blocks; `scheduled` is the first block after the phase before it.
///
/// That phase may be over before, when nobody is left who could act in it. The next one then begins early, and still ends
/// when it was scheduled to end: whoever has committed knows by when to reveal, whatever others do in the meantime. Only
/// when everybody has acted is it over before.
pub fn deadline<BlockNumber: Saturating>(scheduled: BlockNumber, period: BlockNumber) -> BlockNumber {
	scheduled.saturating_add(period)
}
