//! A multi-layer perceptron that steers a car by what it sees, for the simulation in `driving`.

#![cfg_attr(target_arch = "wasm32", no_std)]

learnwares::learnware!(learnwares::reference::MlpSteering, learnwares::reference::MLP_STEERING);
