/** The user's to mend: a message without a stack, exit status 2. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'UsageError'
  }
}

/** The command has told all of it already: exit status 1, and no word more. */
export class ReportedFailure extends Error {
  constructor() {
    super('told already')
    this.name = 'ReportedFailure'
  }
}
