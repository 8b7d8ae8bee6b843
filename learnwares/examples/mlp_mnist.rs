//! A multi-layer perceptron for images of the size of MNIST's.

#![cfg_attr(target_arch = "wasm32", no_std)]

learnwares::learnware!(learnwares::reference::MlpMnist, learnwares::reference::MLP_MNIST);
