// A certified OpenID Connect provider on a loopback port. Whoever types a name is signed in under it.
import { createServer } from "node:http";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import Provider from "oidc-provider";

export const client = { id: "radixinsight", secret: "a secret of both" };

/** Starts a provider that sends people back to `redirect`; `test` (a test context) stops it. */
export async function startProvider(test, redirect) {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  test.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const started = new TestProvider(`http://127.0.0.1:${server.address().port}`);
  await started.prepare(redirect);
  server.on("request", (request, response) => started.answer(request, response));
  return started;
}

class TestProvider {
  constructor(issuer) {
    this.issuer = issuer;
    /** Changes what stands in the next identity tokens, which are then signed with the provider's own key. */
    this.tamper = undefined;
  }

  async prepare(redirect) {
    const { privateKey } = await generateKeyPair("RS256", { extractable: true });
    this.key = privateKey;
    this.foreignKey = (await generateKeyPair("RS256")).privateKey;
    const jwk = { ...(await exportJWK(privateKey)), alg: "RS256", use: "sig", kid: "first" };
    this.provider = new Provider(this.issuer, {
      jwks: { keys: [jwk] },
      clients: [
        {
          client_id: client.id,
          client_secret: client.secret,
          redirect_uris: [redirect],
          response_types: ["code"],
          grant_types: ["authorization_code"],
        },
      ],
      cookies: { keys: ["for tests only"] },
      pkce: { required: () => true },
      features: { devInteractions: { enabled: false } },
      interactions: { url: (_, { uid }) => `/interaction/${uid}` },
      claims: {
        email: ["email", "email_verified"],
        profile: ["name", "given_name", "family_name"],
      },
      findAccount: (_, id) => ({ accountId: id, claims: () => claimsOf(id) }),
      loadExistingGrant,
      renderError: (ctx, { error, error_description: why }) => {
        ctx.type = "text/plain";
        ctx.body = `${error}: ${why}`;
      },
    });
    this.callback = this.provider.callback();
  }

  answer(request, response) {
    if (request.url.startsWith("/interaction/")) return this.#interact(request, response);
    if (request.url === "/token") this.#tamperWith(response);
    return this.callback(request, response);
  }

  /** Asks for a name, and takes any. */
  async #interact(request, response) {
    if (request.method === "POST") {
      let form = "";
      for await (const chunk of request) form += chunk;
      const accountId = new URLSearchParams(form).get("name");
      const result = accountId
        ? { login: { accountId } }
        : { error: "access_denied", error_description: "the person said no" };
      return this.provider.interactionFinished(request, response, result);
    }
    response.setHeader("content-type", "text/html");
    response.end(
      `<!doctype html><title>Company</title><h1>Company</h1><form method="post">
       <label>Name <input name="name" autofocus></label><button>Allow</button></form>`,
    );
  }

  #tamperWith(response) {
    const end = response.end.bind(response);
    response.end = async (body) => {
      const answer = JSON.parse(body);
      if (this.tamper && answer.id_token) answer.id_token = await this.#changed(answer.id_token);
      const text = JSON.stringify(answer);
      response.setHeader("content-length", Buffer.byteLength(text));
      end(text);
    };
  }

  async #changed(token) {
    const payload = JSON.parse(Buffer.from(token.split(".")[1], "base64url"));
    const { claims = {}, foreignKey, unsigned } = this.tamper;
    const changed = { ...payload, ...claims };
    if (unsigned) {
      const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
      return `${part({ alg: "none" })}.${part(changed)}.`;
    }
    const signing = new SignJWT(changed).setProtectedHeader({ alg: "RS256", kid: "first" });
    return signing.sign(foreignKey ? this.foreignKey : this.key);
  }
}

/** Says yes for everybody: consent is not what is tested here. */
async function loadExistingGrant(ctx) {
  const { provider, client: asking, session, params } = ctx.oidc;
  const grant = new provider.Grant({ clientId: asking.clientId, accountId: session.accountId });
  grant.addOIDCScope(params.scope);
  await grant.save();
  return grant;
}

function claimsOf(id) {
  return {
    sub: id,
    email: `${id}@example.com`,
    email_verified: !id.startsWith("unverified"),
    given_name: id,
    family_name: "Lovelace",
    name: `${id} Lovelace`,
  };
}
