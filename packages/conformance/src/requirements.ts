import { adminRequirements } from "./requirements/admin.ts";
import { attackRequirements } from "./requirements/attacks.ts";
import { directoryRequirements } from "./requirements/directory.ts";
import { loginRequirements } from "./requirements/login.ts";
import { machineRequirements } from "./requirements/machine.ts";
import { manifestRequirements } from "./requirements/manifest.ts";
import { outageRequirements } from "./requirements/outage.ts";
import { permissionRequirements } from "./requirements/permissions.ts";
import type { Requirement } from "./requirements/requirement.ts";
import { sessionRequirements } from "./requirements/sessions.ts";
import { tenancyRequirements } from "./requirements/tenancy.ts";
import { tokenRequirements } from "./requirements/tokens.ts";
import { webhookRequirements } from "./requirements/webhooks.ts";

/** Everything that an adapter has to show, in the order of the report. */
export const REQUIREMENTS: readonly Requirement[] = Object.freeze([
  ...manifestRequirements,
  ...tokenRequirements,
  ...sessionRequirements,
  ...loginRequirements,
  ...tenancyRequirements,
  ...permissionRequirements,
  ...machineRequirements,
  ...webhookRequirements,
  ...directoryRequirements,
  ...adminRequirements,
  ...outageRequirements,
  ...attackRequirements,
]);
