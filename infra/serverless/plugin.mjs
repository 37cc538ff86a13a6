/**
 * The framework's part of this project: bundles the functions before they are packaged or run here, looks at their settings and at
 * the account before they are deployed, and keeps the history when the stack is removed, unless it is to go as well.
 */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { boundRoles, useExistingBucket } from './adapt-template.mjs'

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
      'after:aws:package:finalize:mergeCustomProviderResources': () => this.adaptTemplate(),
      'before:deploy:deploy': () => this.expectSettings(),
      // When the framework has the template, packaged now or before, and nothing is made yet.
      'before:aws:deploy:deploy:createStack': async () => {
        await this.checkAccount()
        await this.keepRevoked()
      },
      'before:deploy:function:initialize': () => this.expectSettings(),
      'after:deploy:deploy': () => this.tellOutputs(),
      'before:remove:remove': () => this.findBucket(),
      'after:remove:remove': () => this.removeData(),
    }
  }

  targetArchitecture() {
    return this.serverless.service.provider.architecture === 'arm64' ? 'arm64' : 'x64'
  }

  bundle(architecture) {
    this.log.notice(`Bundling the functions for ${architecture}`)
    const script = join('scripts', 'build-functions.ts')
    const { status, error } = this.runScript(script, ['--arch', architecture], { stdio: 'inherit' })
    if (status === 0) return
    const reason = error?.message ?? `${script} ended with ${status}`
    throw new this.serverless.classes.Error(`the functions could not be bundled: ${reason}`)
  }

  adaptTemplate() {
    const { provider, custom } = this.serverless.service
    const { bucket, permissionsBoundary } = custom.adapt
    const template = provider.compiledCloudFormationTemplate
    if (bucket) this.refusing(() => useExistingBucket(template, bucket))
    if (permissionsBoundary) boundRoles(template, permissionsBoundary)
  }

  /** Before anything is made. */
  async checkAccount() {
    // Loaded here: every other command does without.
    const { checkAccount } = await import('./check-account.mjs')
    const { service } = this.serverless
    const provider = this.serverless.getProvider('aws')
    await this.refusing(async () =>
      checkAccount({
        config: await provider.getAwsSdkV3Config(),
        stackName: provider.naming.getStackName(),
        region: provider.getRegion(),
        settings: service.provider.environment,
        existing: service.custom.adapt.bucket,
        wanted: service.resources.Resources.VitalsBucket.Properties,
        say: (text) => this.log.warning(text),
      }),
    )
  }

  /** What this project refuses is told without a stack of calls. */
  refusing(act) {
    const refuse = (error) => {
      throw new this.serverless.classes.Error(error.message)
    }
    try {
      const result = act()
      return result instanceof Promise ? result.catch(refuse) : result
    } catch (error) {
      return refuse(error)
    }
  }

  async tellOutputs() {
    const { readOutputs } = await import('./outputs.mjs')
    const provider = this.serverless.getProvider('aws')
    const config = await provider.getAwsSdkV3Config()
    const { BucketUrl: url, AlarmTopic: topic } = await readOutputs({
      config,
      stackName: provider.naming.getStackName(),
    })
    this.log.notice(`Give the agents MONITOR_BUCKET=${url}`)
    this.log.notice(
      `Alarms of Vitals itself reach an address once it has confirmed the mail that SNS sends it: ${topic}`,
    )
  }

  async keepRevoked() {
    const { keepRevoked } = await import('./keep-revoked.mjs')
    const provider = this.serverless.getProvider('aws')
    await this.refusing(async () =>
      keepRevoked({
        config: await provider.getAwsSdkV3Config(),
        stackName: provider.naming.getStackName(),
        template: this.serverless.service.provider.compiledCloudFormationTemplate,
        say: (text) => this.log.notice(text),
      }),
    )
  }

  /** Of a stack that is gone nobody can ask any more which bucket it had. */
  async findBucket() {
    // This stack has no container images: no registry is asked for them, since not every store has one.
    const remover = this.serverless.pluginManager.plugins.find((plugin) => plugin.checkIfEcrRepositoryExists)
    if (remover) remover.checkIfEcrRepositoryExists = async () => false
    // Loaded here: every other command does without.
    const { bucketOf } = await import('./remove-data.mjs')
    const provider = this.serverless.getProvider('aws')
    const config = await provider.getAwsSdkV3Config()
    this.bucket = await bucketOf({ config, stackName: provider.naming.getStackName() })
  }

  async removeData() {
    const { bucket } = this
    if (bucket === undefined) return
    if (!(this.options.param ?? []).includes('delete-data=yes')) {
      this.log.notice(
        `s3://${bucket} stays, with the history of your hosts. Where it is to go: aws s3 rb --force s3://${bucket}`,
      )
      return
    }
    const { removeBucket } = await import('./remove-data.mjs')
    const config = await this.serverless.getProvider('aws').getAwsSdkV3Config()
    try {
      await removeBucket({ config, bucket, say: (text) => this.log.notice(text) })
    } catch (error) {
      throw new this.serverless.classes.Error(error.message)
    }
  }

  /** Before anything is sent: what functions refuse they would refuse each minute. */
  expectSettings() {
    const { provider, custom } = this.serverless.service
    const existing = custom?.adapt?.bucket ? { MONITOR_BUCKET: custom.adapt.bucket } : {}
    const input = JSON.stringify({ ...provider.environment, ...existing })
    const script = join('infra', 'serverless', 'expect-settings.ts')
    const { status, stderr, error } = this.runScript(script, [], { input, encoding: 'utf8' })
    if (status !== 0) throw new this.serverless.classes.Error(error?.message ?? stderr.trim())
  }

  /** On the project's own Node, whichever this framework was started with. */
  runScript(script, args, options) {
    const { serviceDir } = this.serverless
    const node = join(serviceDir, 'node_modules', '.bin', 'node')
    return spawnSync(node, [script, ...args], { cwd: serviceDir, ...options })
  }
}
