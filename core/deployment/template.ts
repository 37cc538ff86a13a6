/** A template of CloudFormation, as the framework packages it: as much of it as a plan looks at. */
export interface Template {
  Resources: Readonly<Record<string, TemplateResource>>
}

export interface TemplateResource {
  Type: string
  Properties?: Readonly<Record<string, unknown>>
  DeletionPolicy?: string
  UpdateReplacePolicy?: string
}

/** The variables of a function, as text or as what CloudFormation fills in. */
export function environmentOf({ Properties = {} }: TemplateResource): Record<string, unknown> {
  const { Variables = {} } = (Properties.Environment ?? {}) as { Variables?: Record<string, unknown> }
  return Variables
}

/** Logical names of all resources of a type. */
export function resourcesOf(template: Template, type: string): [string, TemplateResource][] {
  return Object.entries(template.Resources).filter(([, { Type }]) => Type === type)
}
