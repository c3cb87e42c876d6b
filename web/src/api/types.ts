// Short names for the generated types: the one place to touch when the API renames a schema.
import type { components } from "./schema";

type Schemas = components["schemas"];

export type User = Schemas["User"];
export type Me = Schemas["Me"];
export type Project = Schemas["Project"];
export type ProjectSummary = Schemas["MyProject"];
export type ProjectChange = Schemas["ProjectChange"];
export type WeekStart = Schemas["WeekStart"];
export type ApiKey = Schemas["ApiKey"];
export type CreatedApiKey = Schemas["NewKey"];
export type KeyRequest = Schemas["KeyRequest"];
export type KeyChange = Schemas["KeyChange"];
export type KeyKind = Schemas["KeyKind"];
export type ProjectMember = Schemas["ProjectMember"];
export type ProjectRole = Schemas["Role"];
export type ClientConfig = Schemas["ClientConfig"];
export type OrganizationSummary = Schemas["MyOrganization"];
export type OrganizationRole = Schemas["OrganizationRole"];
export type Organization = Schemas["Organization"];
export type OrganizationChange = Schemas["OrganizationChange"];
export type NewOrganization = Schemas["NewOrganization"];
export type OrganizationMember = Schemas["OrganizationMember"];
export type Invitation = Schemas["Invitation"];
export type NewInvitation = Schemas["NewInvitation"];
export type OpenInvitation = Schemas["OpenInvitation"];
export type Industry = Schemas["Industry"];
export type Setup = Schemas["Claim"];
export type Credentials = Schemas["Credentials"];
export type Registration = Schemas["Registration"];
export type Profile = Schemas["Profile"];
export type ProfileChange = Schemas["ProfileChange"];
export type Session = Schemas["Session"];

export type SecondFactor = Schemas["SecondFactor"];
export type NewSecondFactor = Schemas["NewSecondFactor"];
export type OwnIdentity = Schemas["OwnIdentity"];
export type SignInProvider = Schemas["SignInProvider"];

export type Trends = Schemas["Trends"];
export type Series = Schemas["Series"];
export type Measure = Schemas["Measure"];
export type Formula = Schemas["Formula"];
export type Filter = Schemas["Filter"];
export type Condition = Schemas["Condition"];
export type Operator = Schemas["Operator"];
export type Range = Schemas["Range"];
export type Unit = Schemas["Unit"];
export type Interval = Schemas["Interval"];
export type TrendsAnswer = Schemas["TrendsAnswer"];
export type Bucket = Schemas["Bucket"];
export type Line = Schemas["Line"];
export type BreakdownValue = Schemas["BreakdownValue"];

export type EventRow = Schemas["StoredEvent"];
export type EventPage = Schemas["Page_StoredEvent"];
export type CatalogueEvent = Schemas["EventName"];
export type CatalogueProperty = Schemas["Property"];
export type CatalogueValue = Schemas["PropertyValue"];
export type AuditEntry = Schemas["AuditEntry"];
export type UserAccount = Schemas["UserDetails"];
export type UserChange = Schemas["AccountChange"];
export type NewAccount = Schemas["NewAccount"];
export type SystemSetting = Schemas["SystemSetting"];
export type SystemLogLine = Schemas["SystemLogLine"];
export type LogLevel = Schemas["LogLevel"];
export type ProblemBody = Schemas["Problem"];
