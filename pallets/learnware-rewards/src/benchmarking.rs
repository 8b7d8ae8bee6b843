//! Benchmarks, each in the worst case that the limits allow.
