import type { Audit } from "../../audit/audit.ts";
import type { ClientInTenant, ClientVerdict } from "../../clients/client-rules.ts";
import type { Directory } from "../../directory/directory.ts";
import type { Stores } from "../../directory/ports.ts";
import type { Runtime } from "../../internal/runtime.ts";
import type { Outcome } from "../../outcome.ts";
import type { ProviderTools } from "../../provider/login-flow.ts";
import type { AuthRequest } from "../../request/request.ts";
import type { CrossTenantGate } from "../../tenancy/cross-tenant.ts";
import type { InstanceProvider } from "../../tokens/provider-instance.ts";
import type { Flows } from "../flow.ts";
import type { LoginPages } from "../pages/pages.ts";
import type { Sealer } from "../seal.ts";
import type { Sessions } from "../sessions.ts";

/** What the auth routes need. */
export interface AuthRoutesDeps {
  /** Public origin of the app, without a slash at the end. Every address is built on it, never on a `Host` header. */
  readonly baseUrl: string;
  /** Without a slash at the end. */
  readonly authPath: string;
  readonly providers: readonly InstanceProvider[];
  /** The instance that sign-in uses when nothing else decides. */
  readonly defaultProvider: string;
  toolsFor(provider: InstanceProvider): ProviderTools;
  readonly sessions: Sessions;
  readonly sealer: Sealer;
  readonly flows: Flows;
  readonly directory: Pick<
    Directory,
    | "apply"
    | "attest"
    | "currentUser"
    | "currentMembership"
    | "linkIdentity"
    | "tenantById"
    | "tenantBySlug"
    | "tenantByEmail"
    | "tenantsOf"
  >;
  readonly stores: Pick<Stores, "connections" | "links" | "replay">;
  readonly audit: Audit;
  /** The whole pipeline, for `GET me`. */
  authenticate(request: AuthRequest): Promise<Outcome>;
  /** Missing: nobody may enter another tenant, and the routes for it do not exist. */
  readonly crossTenant?: Pick<CrossTenantGate, "canEnter" | "maxSeconds">;
  /**
   * Whether the tenant lets a client in that asks for consent. Only a person's yes (`granted`) puts it on
   * the tenant's list: merely to be `shown` is what any page can bring about. Throws what a store throws.
   */
  checkClient(client: ClientInTenant, moment: "shown" | "granted"): Promise<ClientVerdict>;
  readonly allowedOrigins: readonly string[];
  readonly pages: LoginPages;
  readonly runtime: Pick<Runtime, "nowMs" | "log" | "randomBytes" | "telemetry">;
}
