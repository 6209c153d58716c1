//! Which requests go through a proxy of the environment.

use std::process::Command;

use videogen_core::stream::PublicAddressesOnly;
use videogen_core::{HttpRequest, Transport};
use videogen_testkit::transport_suite::keyed_request;
use videogen_testkit::{ScriptedServer, ServerReply, TEST_KEY};
use videogen_ureq::UreqTransport;

/// Tells the test that it is the child whose environment has the proxy, and where the server is.
const PORT: &str = "VIDEOGEN_TEST_PORT";
const ELSEWHERE: &str = "http://api.example.invalid/v1";

#[test]
fn a_proxy_of_the_environment_is_for_other_machines_only() {
    #[expect(
        clippy::disallowed_methods,
        reason = "a process's own proxies can only be set from outside"
    )]
    if let Ok(port) = std::env::var(PORT) {
        return send_here_and_elsewhere(&port);
    }
    for variable in ["HTTP_PROXY", "http_proxy", "ALL_PROXY"] {
        let proxy = ScriptedServer::start([]);
        let here = ScriptedServer::start((0..4).map(|_| ServerReply::json(200, "{}")));
        let mut child = Command::new(std::env::current_exe().unwrap());
        child.args(["--exact", "proxies::a_proxy_of_the_environment_is_for_other_machines_only"]);
        for name in ["ALL_PROXY", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY", "REQUEST_METHOD"] {
            child.env_remove(name).env_remove(name.to_lowercase());
        }
        // By its name, which is looked up and is at a private address.
        let proxy_url = proxy.url("").replace("127.0.0.1", "localhost");
        child.env(variable, proxy_url).env(PORT, here.address().port().to_string());
        let output = child.output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{variable}: {said}");
        let received = here.received();
        assert_eq!(received.len(), 4, "{variable}: {said}");
        assert!(received.iter().all(|request| request.shows(TEST_KEY)), "{variable}");
        let asked: Vec<_> = proxy.received().into_iter().map(|it| (it.method, it.path)).collect();
        let expected = ("CONNECT".to_owned(), "api.example.invalid:80".to_owned());
        assert_eq!(asked, [expected.clone(), expected.clone(), expected], "{variable}");
    }
}

/// What the child does.
fn send_here_and_elsewhere(port: &str) {
    let transport = UreqTransport::new();
    for host in ["127.0.0.1", "localhost"] {
        let request = keyed_request(&format!("http://{host}:{port}/v1/it"));
        assert_eq!(transport.send(request.clone()).unwrap().status(), 200);
        assert_eq!(transport.open(request).unwrap().status(), 200);
    }
    // The proxy answers with 500.
    let mut request = HttpRequest::new(Vec::new());
    *request.uri_mut() = ELSEWHERE.parse().unwrap();
    assert!(transport.send(request.clone()).is_err());
    assert!(transport.open(request.clone()).is_err());
    request.extensions_mut().insert(PublicAddressesOnly);
    assert!(transport.open(request).is_err());
}
