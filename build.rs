//! Links the addon so that Node's own symbols are found when it is loaded.

fn main() {
    let is = |name, value| std::env::var(name).is_ok_and(|found| found == value);
    // Symbols are looked up at run time (napi-sys, dyn-symbols); there is nothing to link, and setup() insists on a libnode.dll.
    if is("CARGO_CFG_TARGET_OS", "windows") && is("CARGO_CFG_TARGET_ENV", "gnu") {
        return;
    }
    napi_build::setup();
}
