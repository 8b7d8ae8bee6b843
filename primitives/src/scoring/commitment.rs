//! The hashes that are committed before something is revealed.
//!
//! All are `blake2_256` over the SCALE encoding of a tuple that starts with a domain, so no hash of one
//! kind is one of another, and that names chain, game and account, so none can be copied.

use blake2::{
	digest::{consts::U32, Digest},
	Blake2b,
};
use parity_scale_codec::Encode;

/// Secret drawn by the committer; without it a label with few possible values could be guessed.
pub type Salt = [u8; 32];

/// What is stored until the reveal.
pub type Hash = [u8; 32];

/// `blake2_256(SCALE("learnware/label/1", genesis_hash, sample, account, location, salt))`.
///
/// `sample` is a little-endian `u32`, `account` the 32 bytes of the account, `location` the binary CID
/// with its compact length.
pub fn label(genesis: &Hash, sample: u32, account: &impl Encode, location: &[u8], salt: &Salt) -> Hash {
	blake2_256(&("learnware/label/1", genesis, sample, account, location, salt))
}

/// `blake2_256(SCALE("learnware/gold/1", genesis_hash, dataset, provider, location, salt))`: names the dataset, for the
/// sample has no number yet when its provider commits to gold.
pub fn gold(genesis: &Hash, dataset: u32, provider: &impl Encode, location: &[u8], salt: &Salt) -> Hash {
	blake2_256(&("learnware/gold/1", genesis, dataset, provider, location, salt))
}

/// `blake2_256(SCALE("learnware/lesson/1", genesis_hash, training, epoch, account, location, salt))`.
pub fn lesson(genesis: &Hash, training: u32, epoch: u32, account: &impl Encode, location: &[u8], salt: &Salt) -> Hash {
	blake2_256(&("learnware/lesson/1", genesis, training, epoch, account, location, salt))
}

/// `blake2_256(SCALE("learnware/test-part/1", genesis_hash, student, index, location, salt))`: the session has no number
/// yet when its student commits to the parts of its test set.
pub fn test_part(genesis: &Hash, student: &impl Encode, index: u32, location: &[u8], salt: &Salt) -> Hash {
	blake2_256(&("learnware/test-part/1", genesis, student, index, location, salt))
}

/// `blake2_256(SCALE(domain, genesis_hash, session, scorer, work, report, salt))`; `domain` names the game, `work` is a
/// sample of it, or whatever else its scorers report on.
pub fn report(
	domain: &str,
	genesis: &Hash,
	session: u32,
	scorer: u32,
	work: &impl Encode,
	report: &impl Encode,
	salt: &Salt,
) -> Hash {
	blake2_256(&(domain, genesis, session, scorer, work, report, salt))
}

fn blake2_256(preimage: &impl Encode) -> Hash {
	Blake2b::<U32>::digest(preimage.encode()).into()
}
