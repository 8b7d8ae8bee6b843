//! What nodes hand in becomes the call that was signed.

use crate::{mock::*, *};
use parity_scale_codec::Encode;

#[test]
fn what_was_signed_becomes_its_call() {
	play(|| {
		let id = open(1);
		let domains = <TestGame<false> as Game>::DOMAINS;
		let call = commit(2, id, (7, 0));
		let Call::commit_report { session, scorer, commitments, signature } = call.clone() else { unreachable!() };
		let handed = |domain: &str, entries: &[u8], signature: &[u8]| {
			First::hand_in(domain.as_bytes(), session, scorer, entries, signature)
		};
		assert_eq!(handed(domains.commit, &commitments.encode(), &signature.encode()), Some(call));
		assert_eq!(handed(domains.reveal, &commitments.encode(), &signature.encode()), None);
		assert_eq!(handed(domains.commit, &commitments.encode()[1..], &signature.encode()), None);
		assert_eq!(handed(domains.commit, &[commitments.encode(), vec![0]].concat(), &signature.encode()), None);
		assert_eq!(handed(domains.commit, &commitments.encode(), &[]), None);
		assert_eq!(handed(<TestGame<true> as Game>::DOMAINS.commit, &commitments.encode(), &signature.encode()), None);

		let call = reveal(2, id, (7, 0));
		let Call::reveal_report { reveals, signature, .. } = call.clone() else { unreachable!() };
		assert_eq!(handed(domains.reveal, &reveals.encode(), &signature.encode()), Some(call));
	});
}

#[test]
fn no_more_is_taken_than_a_call_has_room_for() {
	play(|| {
		let domain = <TestGame<false> as Game>::DOMAINS.commit;
		let entries = |count: u32| (0..count).map(|id| (id, sp_core::H256::zero())).collect::<Vec<_>>();
		let handed = |count| {
			let entries = entries(count);
			let signature = sign(domain, 0, 0, &entries).encode();
			First::hand_in(domain.as_bytes(), 0, 0, &entries.encode(), &signature)
		};
		assert!(handed(MAX_COMMITMENTS_PER_CALL).is_some());
		assert!(handed(MAX_COMMITMENTS_PER_CALL + 1).is_none());
	});
}
