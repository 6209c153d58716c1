use videogen_core::loopback::is_loopback;

#[test]
fn this_machine_is_told_from_others() {
    for host in [
        "localhost",
        "LocalHost",
        "localhost.",
        "api.localhost",
        "127.0.0.1",
        "127.255.0.9",
        "[::1]",
        "[0:0:0:0:0:0:0:1]",
        "[::ffff:127.0.0.1]",
    ] {
        assert!(is_loopback(host), "{host}");
    }
    for host in [
        "",
        ".",
        "localhost.example.com",
        "notlocalhost",
        "127.0.0.1.example.com",
        "128.0.0.1",
        "10.0.0.1",
        "[::2]",
        "[::ffff:10.0.0.1]",
    ] {
        assert!(!is_loopback(host), "{host}");
    }
}
