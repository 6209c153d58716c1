//! The forms in which a redirect says where to.

/// Every redirect that has a `Location`.
pub(super) const CODES: [u16; 5] = [301, 302, 303, 307, 308];

/// Where the servers are, as `127.0.0.1:4010`.
pub(super) struct Places {
    /// The provider's API.
    pub(super) api: String,
    /// Where the output is, at first.
    pub(super) storage: String,
    /// Some other server.
    pub(super) other: String,
}

impl Places {
    /// The port of the other server.
    fn port(&self) -> &str {
        self.other.rsplit(':').next().unwrap_or_default()
    }
}

/// Which server a redirect leads to, and with which path and query.
#[derive(Clone, Copy, Debug)]
pub(super) enum Leads {
    Api(&'static str),
    Storage(&'static str),
    Other(&'static str),
    /// There, where the machine's resolver knows such forms of an address.
    OtherOrNowhere(&'static str),
    /// Nowhere: it is refused, and nothing is sent.
    Nowhere,
    /// Nowhere: a connection is tried, and no request is sent over it.
    NoAnswer,
}

pub(super) struct Shape {
    pub(super) name: &'static str,
    pub(super) location: fn(&Places) -> String,
    pub(super) leads: Leads,
}

const fn shape(name: &'static str, location: fn(&Places) -> String, leads: Leads) -> Shape {
    Shape { name, location, leads }
}

/// From `http://STORAGE/videos/v.mp4?sig=1`.
pub(super) const SHAPES: &[Shape] = &[
    shape("another port", |at| format!("http://{}/w.mp4?sig=2", at.other), Leads::Other(W)),
    shape(
        "another name of the same machine",
        |at| format!("http://localhost:{}/w.mp4?sig=2", at.port()),
        Leads::Other(W),
    ),
    shape("the API", |at| format!("http://{}/api/w?sig=2", at.api), Leads::Api("/api/w?sig=2")),
    shape(
        "the API by another name",
        |at| format!("http://{}/api/w?sig=2", at.api.replace("127.0.0.1", "localhost")),
        Leads::Api("/api/w?sig=2"),
    ),
    shape("a relative path", |_| "w.mp4?sig=2".to_owned(), Leads::Storage("/videos/w.mp4?sig=2")),
    shape("a path from the root", |_| "/w.mp4?sig=2".to_owned(), Leads::Storage(W)),
    shape("a path upwards", |_| "../../../w.mp4?sig=2".to_owned(), Leads::Storage(W)),
    shape("a query", |_| "?sig=2".to_owned(), Leads::Storage("/videos/v.mp4?sig=2")),
    shape("the same protocol", |at| format!("//{}/w.mp4?sig=2", at.other), Leads::Other(W)),
    shape(
        "the same protocol, at the API",
        |at| format!("//{}/api/w?sig=2", at.api),
        Leads::Api("/api/w?sig=2"),
    ),
    shape("capitals", |at| format!("HTTP://LOCALHOST:{}/w.mp4?sig=2", at.port()), Leads::Other(W)),
    shape("a fragment", |at| format!("http://{}/w.mp4?sig=2#t=9", at.other), Leads::Other(W)),
    shape("no path", |at| format!("http://{}?sig=2", at.other), Leads::Other("/?sig=2")),
    shape(
        "one number",
        |at| format!("http://2130706433:{}/w.mp4?sig=2", at.port()),
        Leads::OtherOrNowhere(W),
    ),
    shape(
        "numbers of another base",
        |at| format!("http://0x7f.1:{}/w.mp4?sig=2", at.port()),
        Leads::OtherOrNowhere(W),
    ),
    shape(
        "IPv6 that stands for IPv4",
        |at| format!("http://[::ffff:127.0.0.1]:{}/w.mp4?sig=2", at.port()),
        Leads::OtherOrNowhere(W),
    ),
    shape("IPv6 where nobody is", |_| "http://[::1]:1/w.mp4?sig=2".to_owned(), Leads::NoAnswer),
    shape("a user name", |at| format!("http://user:pass@{}/w.mp4?sig=2", at.other), Leads::Nowhere),
    shape(
        "the API's host as a user name",
        |at| format!("http://{}@{}/w.mp4?sig=2", at.api, at.other),
        Leads::Nowhere,
    ),
    shape("TLS that is none", |at| format!("https://{}/w.mp4?sig=2", at.other), Leads::NoAnswer),
    shape("another protocol", |at| format!("ftp://{}/w.mp4?sig=2", at.other), Leads::Nowhere),
];

const W: &str = "/w.mp4?sig=2";

/// Where no redirect from `https://cdn.example/videos/v.mp4` leads, if the provider is on the internet.
pub(super) const REFUSED: &[&str] = &[
    "http://cdn.example/w.mp4",
    "http://other.example/w.mp4",
    "HTTP://cdn.example/w.mp4",
    "https://localhost/w.mp4",
    "https://LOCALHOST./w.mp4",
    "https://127.0.0.1/w.mp4",
    "//127.0.0.1/w.mp4",
    "https://127.1/w.mp4",
    "https://2130706433/w.mp4",
    "https://0x7f.1/w.mp4",
    "https://0X7F000001/w.mp4",
    "https://0177.0.0.1/w.mp4",
    "https://169.254.169.254/latest/meta-data/",
    "https://[::1]/w.mp4",
    "https://[::ffff:127.0.0.1]/w.mp4",
    "https://[fd00::1]/w.mp4",
    "https://user:pass@cdn.example/w.mp4",
    "https://user@other.example/w.mp4",
    "ftp://cdn.example/w.mp4",
    "file:///etc/passwd",
];

/// Where one leads, and as what it is asked for.
pub(super) const FOLLOWED: &[(&str, &str)] = &[
    ("https://other.example/w.mp4?sig=2#t=9", "https://other.example/w.mp4?sig=2"),
    ("https://other.example:8443/w.mp4", "https://other.example:8443/w.mp4"),
    ("HTTPS://other.example/w.mp4", "https://other.example/w.mp4"),
    ("//other.example/w.mp4", "https://other.example/w.mp4"),
    ("w.mp4", "https://cdn.example/videos/w.mp4"),
    ("/w.mp4", "https://cdn.example/w.mp4"),
    ("?sig=2", "https://cdn.example/videos/v.mp4?sig=2"),
    ("https://1.1.1.1/w.mp4", "https://1.1.1.1/w.mp4"),
    ("https://[2606:4700:4700::1111]/w.mp4", "https://[2606:4700:4700::1111]/w.mp4"),
];
