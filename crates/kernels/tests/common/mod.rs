//! Reads the reference data in `__test__/fixtures` (its README says how each value was made).

use serde_json::Value;
use std::path::PathBuf;

/// A file of the fixtures.
pub fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../__test__/fixtures")
        .join(name)
}

/// A JSON file.
pub fn json(name: &str) -> Value {
    let text = std::fs::read_to_string(path(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// A number, or one of the strings that stand for what JSON can't say.
pub fn number(value: &Value) -> f64 {
    match value {
        Value::String(text) => text.parse().unwrap_or_else(|_| panic!("no number: {text}")),
        _ => value.as_f64().unwrap_or_else(|| panic!("no number: {value}")),
    }
}

/// What a .npy file holds.
pub enum Array {
    F64(Vec<f64>),
    F32(Vec<f32>),
}

impl Array {
    /// As doubles, exactly.
    pub fn widened(&self) -> Vec<f64> {
        match self {
            Array::F64(values) => values.clone(),
            Array::F32(values) => values.iter().map(|&value| f64::from(value)).collect(),
        }
    }
}

/// A one-dimensional, little-endian .npy file of version 1 (magic, header length at byte 8, header, data).
pub fn npy(name: &str) -> Array {
    let bytes = std::fs::read(path(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    assert!(bytes.starts_with(b"\x93NUMPY\x01"), "{name} is not .npy version 1");
    let start = 10 + usize::from(u16::from_le_bytes([bytes[8], bytes[9]]));
    let header = String::from_utf8_lossy(&bytes[10..start]);
    let data = &bytes[start..];
    if header.contains("'<f8'") {
        Array::F64(
            data.as_chunks()
                .0
                .iter()
                .map(|chunk| f64::from_le_bytes(*chunk))
                .collect(),
        )
    } else {
        assert!(header.contains("'<f4'"), "{name}: {header}");
        Array::F32(
            data.as_chunks()
                .0
                .iter()
                .map(|chunk| f32::from_le_bytes(*chunk))
                .collect(),
        )
    }
}
