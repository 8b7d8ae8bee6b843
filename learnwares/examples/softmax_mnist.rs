//! Softmax regression for images of the size of MNIST's.

#![cfg_attr(target_arch = "wasm32", no_std)]

learnwares::learnware!(learnwares::reference::SoftmaxMnist, learnwares::reference::SOFTMAX_MNIST);
