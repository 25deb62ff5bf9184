"""The words that decide: names that announce a secret, names that do not, weak values and placeholder words."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Last words of a name whose value is a password: even a short or common value counts.
PASSWORDS = _words(
    "password passwords passwd passwort kennwort passphrase passcode pwd pw pass userpass dbpass contrasena senha motdepasse requirepass"
    " masterauth sentinelpass rootpw psk"
)

# Last words of a name whose value is another secret.
SECRETS = _words(
    "secret secrets token tokens apikey apikeys apitoken authtoken accesstoken accesskey secretkey privatekey clientsecret appsecret"
    " credential credentials creds salt pepper bearer jwt hmac mnemonic authkey signingkey encryptionkey masterkey sharedkey"
    " identitytoken registrytoken sessiontoken refreshtoken oauthtoken connectionsecret sastoken otpseed totpsecret passkey"
    " validationkey decryptionkey accountkey storagekey sharedaccesskey instrumentationkey"
)

# A word before "key" (or "keys", "data", "pem") that makes it a secret one.
KEY_OWNERS = _words(
    "api access secret private signing signature encryption encrypt decryption master auth account shared server service storage app"
    " application session cookie jwt hmac license licence admin root client deploy integration ingest write fernet aes crypto cipher"
    " data-encryption vault unseal webhook bot push messaging stripe sendgrid mailgun twilio datadog newrelic rollbar sentry airbrake"
    " openai anthropic algolia mapbox maps firebase pusher pagerduty opsgenie honeybadger bugsnag logdna loggly sumologic"
    " symmetric validation tls ssl ssh rsa ec dkim gpg pgp subscription function host"
)

# A word before "key" that makes it an ordinary one.
KEY_PUBLIC = _words(
    "public publishable site primary foreign sort partition range hash cache map object s3 idempotency row group unique registry"
    " dict translation i18n query lookup composite natural surrogate shard sharding bucket label annotation config tag attribute item"
    " property field column json yaml kms ssh-public known hot arrow return enter tab shortcut menu dedup distribution dist restore"
)

# Last words that turn any name into a harmless one.
HARMLESS_LAST = _words(
    "file files filename path paths dir directory folder url urls uri uris endpoint endpoints host hosts hostname port ttl length len size"
    " name names arn arns id ids uid uuid guid hasher hashers policy policies header headers regex regexp pattern label labels hint hints"
    " placeholder field fields column columns table tables type types kind version tag tags chart count counts limit limits max min minimum"
    " maximum expiry expires expire expiration lifetime timeout age rotation interval days hours minutes seconds enabled enable disabled"
    " required optional reset service services issuer audience algorithm algorithms alg prefix bits bytes strength provider providers"
    " manager store backend engine ref refs reference mode format template encoder encoding validator validators validation form error"
    " errors message messages msg title description desc link page route routes view views class factory input button user users username"
    " login email scheme schema scope scopes role roles less change changed forgot forgotten recovery rules rule complexity history"
    " attempts retries retry usage budget bucket window rate charset digits alphabet separator delimiter index position env variable"
    " variables var exists operator operators injector driver csi namespace region mount mounts volume volumes context realm domain"
    " strategy handler middleware guard controller model repository serializer parser generator response request body param params"
    " parameter parameters query extractor location source sources target minlen maxlen minlength maxlength created updated at by on"
    " cert certs certificate certificates crt fingerprint thumbprint checksum digest pub alias aliases tokenizer limiter action"
    " annotations selector managers updates verification methods method options option settings setting config configs configuration"
    " note notes comment comments help doc docs documentation example examples text prompt event events status state grant mismatch"
    " iterations rounds cost auditing audit permission permissions visibility toggle icon meta metadata count secretname publickey"
)

# Trailing words that say nothing: the word before decides.
NEUTRAL_LAST = _words(
    "default value values prod production staging stage dev development test testing qa local old new current previous prev next primary"
    " secondary b64 base64 hex encoded encrypted plain plaintext raw xml json yaml str string main backup live eu us a b c x data pem"
    " part half piece chunk content literal override fallback first second legacy tmp temp read write rw ro hash"
    " hashed bcrypt crypt sha256 sha512 md5 in"
)

# Words that are passwords so weak that replacing them everywhere would destroy ordinary text.
WEAK = _words(
    "postgres postgresql mysql mariadb mongo mongodb redis rabbitmq rabbit guest admin administrator root user users test testing tests"
    " tester secret secrets secure security password passwd pass passw0rd p@ssw0rd pa55word password1 password123 pass123 admin123"
    " root123 test123 123456 1234567 12345678 123456789 1234567890 12345 1234 123123 111111 000000 654321 qwerty qwerty123 letmein welcome"
    " changeme changeit change me this it in production default example sample demo dev develop developer development staging stage prod"
    " local localhost docker app application api web backend frontend server service services client database db data sa system sys oracle"
    " minio minioadmin grafana prometheus elastic elasticsearch kibana keycloak vault consul nomad django flask rails laravel spring node"
    " express nginx traefik caddy kafka nats celery worker key keys token tokens auth jwt session cookie super"
    " supersecret topsecret mysecret"
    " my your the a an and or of for to is not very insecure unsafe weak strong please replace set here value string foo bar baz qux foobar"
    " hello world abc abc123 abcd abcdef abcdefgh none null empty public private master main login pw pwd credential credentials account"
    " internal external host port name email key1 monkey dragon shop store orders users payments blog wordpress drupal joomla magento"
    " airflow superset metabase sonar sonarqube jenkins gitlab github gitea nexus artifactory harbor registry ubuntu debian alpine centos"
    " vagrant ansible terraform kubernetes k8s helm compose swarm aws azure gcp google cloud keyboard cat long random bit bits only"
    " deploybook project company acme com org net io www http https temp tmp temporary dummy fake mock placeholder redacted hunter2"
    " authentication authorization encryption signing access refresh bearer basic"
)

# Words that make a value a placeholder wherever they stand as a whole word of it.
PLACEHOLDER = _words(
    "your yours placeholder redacted tbd todo fixme replaceme replace censored sanitized yourpassword yoursecret"
    " yourtoken yourkey yourapikey notset"
    " undefined insertyours"
)

# Words that are placeholders in templates and documents only; elsewhere they are weak passwords in use.
PLACEHOLDER_IN_EXAMPLES = _words(
    "change changeme changeit changethis changemenow password secret pass passwd pwd token key apikey foo bar test testing sample fake mock"
    " none example dummy insert fill hidden removed"
)

# Values that configure rather than authenticate, under any name.
SETTINGS = _words(
    "true false yes no on off null none nil undefined void required optional enabled disabled string str number integer int boolean bool"
    " object array bytes any unknown float datetime uuid secretstr noauth prompt ask interactive scram-sha-256 trust"
    " ident peer never utf-8 utf8 ascii latin-1 latin1 iso-8859-1 binary hex base64"
)

# Values that configure rather than authenticate, except under a password's name.
SECRET_SETTINGS = _words(
    "read write admin-only auto automatic always default inherit basic bearer digest oauth oauth2 oidc saml ldap kerberos jwt jwks session"
    " cookie header query body form text date self this env file vault plain plaintext hidden opaque env_file md5 cert sha256 sha512 hs256"
    " rs256 es256 ssl tls ntlm negotiate manual external internal anonymous hashed encrypted literal managed rotate password"
)

# English words that show a sentence, not a passphrase.
SENTENCE = _words(
    "the a an is are was were be must should may can will your you enter please invalid incorrect required missing not and or of for to in"
    " from with by on at this that it has have at-least contain contains characters character least must-be confirm forgot reset change"
    " new current old wrong password passwords token secret failed error if when used using set stored see only never read no do does"
)

# Resolver prefixes of `${prefix:...}` references that are no defaults.
RESOLVERS = _words(
    "ssm self sls env file cf s3 opt aws param secrets secret vault kms git secretsmanager ssm-secure azure gcp terraform sops op ref var"
    " local module data config custom stage strtobool resolve keyvault sm envvar sys java base64 script const"
)

# The pairs of letters of which most English and most technical words are made.
PAIRS = _words(
    "th he in er an re on at en nd ti es or te of ed is it al ar st to nt ng se ha as ou io le ve co me de hi ri ro"
    " ic ne ea ra ce li ch ll be"
    " ma si om ur ss pa ke us la el pe ta la na ec ho ge tr ct un ns em et ot ut ee ad id il ig ow ac im di ir am ca"
    " so lo po no mo pr su ab"
    " ap op ck sh ay ey ly ry ty mp nc ts rs ds cr gr br fr dr pl cl bl sp sc sk sl sw qu wo wa we wi ag av ev iv ov"
    " ex fi fo fe fa ff tt oo"
    " rd rt rn rm lt ld mm nn pp ai ie oa oi au aw ew ow uc ud ul um up ui bu du mu nu tu hu lu ru ju ga gi go gu ba"
    " bi bo va vi vo da do sa"
    " os ol od og ob if ef ip ep ek ok ak ik rk nk lk ys xt xp je ja jo ki ka ko py oc ue ws dm sw rl"
    " gh ht rg gs gn gl ft lf rf rv rb rc tw nf ps bs ms ls wn xi ax ox ox og ug eg iz az ze zo aw ih eh"
)

# Every word above: a value made of them alone is no secret worth searching for.
COMMON = WEAK | PASSWORDS | SECRETS | KEY_OWNERS | KEY_PUBLIC | HARMLESS_LAST | NEUTRAL_LAST | SETTINGS | SECRET_SETTINGS | SENTENCE
