//! A multi-layer perceptron for the digits of 8x8 pixels in `data/digits`.

#![cfg_attr(target_arch = "wasm32", no_std)]

learnwares::learnware!(learnwares::reference::MlpDigits, learnwares::reference::MLP_DIGITS);
