//! Which requests go through a proxy of the environment.

use std::process::Command;

use videogen_core::stream::{NotPublic, PublicAddressesOnly};
use videogen_core::{AsyncTransport, HttpRequest};
use videogen_reqwest::ReqwestTransport;
use videogen_testkit::transport_suite::keyed_request;
use videogen_testkit::{ScriptedServer, ServerReply, TEST_KEY};

/// Tells the test that it is the child whose environment has the proxy, and where the server is.
const PORT: &str = "VIDEOGEN_TEST_PORT";
const ELSEWHERE: &str = "http://api.example.invalid/v1";

#[tokio::test]
async fn a_proxy_of_the_environment_is_for_other_machines_only() {
    #[expect(
        clippy::disallowed_methods,
        reason = "a process's own proxies can only be set from outside"
    )]
    if let Ok(port) = std::env::var(PORT) {
        return send_here_and_elsewhere(&port).await;
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
        let expected = ("GET".to_owned(), ELSEWHERE.to_owned());
        assert_eq!(asked, [expected.clone(), expected.clone(), expected], "{variable}");
    }
}

/// What the child does.
async fn send_here_and_elsewhere(port: &str) {
    let transport = ReqwestTransport::new().unwrap();
    for host in ["127.0.0.1", "localhost"] {
        let request = keyed_request(&format!("http://{host}:{port}/v1/it"));
        assert_eq!(transport.send(request.clone()).await.unwrap().status(), 200);
        assert_eq!(transport.open(request).await.unwrap().status(), 200);
    }
    // The proxy answers with 500.
    let mut request = HttpRequest::new(Vec::new());
    *request.uri_mut() = ELSEWHERE.parse().unwrap();
    assert_eq!(transport.send(request.clone()).await.unwrap().status(), 500);
    assert_eq!(transport.open(request.clone()).await.unwrap().status(), 500);
    request.extensions_mut().insert(PublicAddressesOnly);
    assert_eq!(transport.open(request.clone()).await.unwrap().status(), 500);
    *request.uri_mut() = "http://169.254.169.254/latest/meta-data".parse().unwrap();
    assert!(transport.open(request).await.is_err_and(|error| NotPublic::is(&error)));
}
