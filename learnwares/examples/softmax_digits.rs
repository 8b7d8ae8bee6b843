//! Softmax regression for the digits of 8x8 pixels in `data/digits`.

#![cfg_attr(target_arch = "wasm32", no_std)]

learnwares::learnware!(learnwares::reference::SoftmaxDigits, learnwares::reference::SOFTMAX_DIGITS);
