/**
 * The framework's part of this project: bundles the functions before they are packaged or run here, and asks before
 * `remove` for what would be lost.
 */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

export default class VitalsPlugin {
  constructor(serverless, options, { log }) {
    this.serverless = serverless
    this.options = options
    this.log = log
    this.hooks = {
      'before:package:createDeploymentArtifacts': () => this.bundle(this.targetArchitecture()),
      'before:deploy:function:packageFunction': () => this.bundle(this.targetArchitecture()),
      'before:offline:start': () => this.bundle(process.arch),
      'before:offline:start:init': () => this.bundle(process.arch),
      'before:deploy:deploy': () => this.expectReceivers(),
      'after:deploy:deploy': () => this.tellBucket(),
      'before:remove:remove': () => this.removeData(),
    }
  }

  targetArchitecture() {
    return this.serverless.service.provider.architecture === 'arm64' ? 'arm64' : 'x64'
  }

  bundle(architecture) {
    const { serviceDir } = this.serverless
    this.log.notice(`Bundling the functions for ${architecture}`)
    // On the project's own Node, whichever this framework was started with.
    const node = join(serviceDir, 'node_modules', '.bin', 'node')
    const script = join('scripts', 'build-functions.ts')
    const { status, error } = spawnSync(node, [script, '--arch', architecture], { cwd: serviceDir, stdio: 'inherit' })
    if (status === 0) return
    const reason = error?.message ?? `${script} ended with ${status}`
    throw new this.serverless.classes.Error(`the functions could not be bundled: ${reason}`)
  }

  async tellBucket() {
    const { readOutputs } = await import('./outputs.mjs')
    const provider = this.serverless.getProvider('aws')
    const config = await provider.getAwsSdkV3Config()
    const { BucketUrl: url } = await readOutputs({ config, stackName: provider.naming.getStackName() })
    this.log.notice(`Give the agents MONITOR_BUCKET=${url}`)
  }

  async removeData() {
    // This stack has no container images: no registry is asked for them, since not every store has one.
    const remover = this.serverless.pluginManager.plugins.find((plugin) => plugin.checkIfEcrRepositoryExists)
    if (remover) remover.checkIfEcrRepositoryExists = async () => false
    // Loaded here: every other command does without.
    const { removeData } = await import('./remove-data.mjs')
    const provider = this.serverless.getProvider('aws')
    try {
      await removeData({
        config: await provider.getAwsSdkV3Config(),
        stackName: provider.naming.getStackName(),
        mayDelete: (this.options.param ?? []).includes('delete-data=yes'),
        say: (text) => this.log.notice(text),
      })
    } catch (error) {
      throw new this.serverless.classes.Error(error.message)
    }
  }

  /** A stack that tells nobody is no monitoring. */
  expectReceivers() {
    const {
      MONITOR_MAIL: way,
      MONITOR_MAIL_FROM: from,
      MONITOR_MAIL_TO: to,
    } = this.serverless.service.provider.environment
    if (way !== 'ses' || (from && to)) return
    throw new this.serverless.classes.Error(
      'MONITOR_MAIL_FROM and MONITOR_MAIL_TO are not set: say who sends the mails (an identity that SES has verified) ' +
        'and who gets them, e.g. MONITOR_MAIL_FROM=vitals@example.com MONITOR_MAIL_TO=ops@example.com npx serverless deploy',
    )
  }
}
