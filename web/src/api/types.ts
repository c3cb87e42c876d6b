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
export type Setup = Schemas["Claim"];
export type Credentials = Schemas["Credentials"];
export type Registration = Schemas["Registration"];
export type Profile = Schemas["Profile"];
export type ProfileChange = Schemas["ProfileChange"];
export type Session = Schemas["Session"];

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
export type SystemSetting = Schemas["SystemSetting"];
export type SystemLogLine = Schemas["SystemLogLine"];
export type LogLevel = Schemas["LogLevel"];
export type ProblemBody = Schemas["Problem"];
