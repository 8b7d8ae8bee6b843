//! Sessions that are settled at the end, following the money.

use crate::{mock::*, *};

#[test]
fn the_published_run_is_paid_to_the_token() {
	play(|| {
		let training = in_score(terms(), 5);
		score(training, &taught(9_000, [9_215, 9_706, 9_847, 9_865, 9_865]));
		println!("{:?}", outcomes());
		println!("{:?}", closed());
		assert_gone();
	});
}
