//! A short run of the fuzz targets (`crates/kernels/fuzz`) on pseudo-random bytes, without libFuzzer and without a sanitizer, so that they can't
//! rot. `node scripts/fuzz.mjs` is the real thing.

#[path = "../fuzz/src/lib.rs"]
mod targets;

#[test]
fn every_target_survives_some_bytes() {
    for (name, target) in targets::TARGETS {
        let rounds = if name == "input" || name == "output" { 3000 } else { 60 };
        let mut state = 1_u64;
        for round in 0..rounds {
            let data: Vec<u8> = (0..round % 90)
                .map(|_| {
                    // Knuth's generator of MMIX; the high bits are the random ones.
                    state = state
                        .wrapping_mul(6_364_136_223_846_793_005)
                        .wrapping_add(1_442_695_040_888_963_407);
                    (state >> 56) as u8
                })
                .collect();
            target(&data);
        }
    }
}
