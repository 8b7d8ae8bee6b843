//! The reference learnwares: their sizes and settings.

use crate::{Mlp, Settings, Softmax};

/// Softmax regression for the digits of 8x8 pixels in `data/digits`.
pub type SoftmaxDigits = Softmax<64, 10, 12>;
/// How it learns.
pub const SOFTMAX_DIGITS: Settings = Settings { white: 16, width: 8, shift: 0, epochs: 60, rate: 0.05, half: 50_000.0 };

/// Softmax regression for images of the size of MNIST's.
pub type SoftmaxMnist = Softmax<784, 10, 12>;
/// How it learns.
pub const SOFTMAX_MNIST: Settings = Settings { white: 255, width: 28, shift: 0, epochs: 4, rate: 0.02, half: 10_000.0 };

/// A multi-layer perceptron for the digits of 8x8 pixels in `data/digits`.
pub type MlpDigits = Mlp<64, 32, 10>;
/// How it learns.
pub const MLP_DIGITS: Settings = Settings { white: 16, width: 8, shift: 0, epochs: 60, rate: 0.05, half: 50_000.0 };

/// A multi-layer perceptron for images of the size of MNIST's.
pub type MlpMnist = Mlp<784, 128, 10>;
/// How it learns.
pub const MLP_MNIST: Settings = Settings { white: 255, width: 28, shift: 1, epochs: 8, rate: 0.05, half: 40_000.0 };

/// A multi-layer perceptron that steers a car by 15 distances to the edge of the road, for the simulation in `driving`.
pub type MlpSteering = Mlp<15, 32, 7>;
/// How it learns.
pub const MLP_STEERING: Settings =
	Settings { white: 255, width: 15, shift: 0, epochs: 100, rate: 0.03, half: 30_000.0 };
