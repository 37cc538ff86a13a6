import { makeBucket } from '../contract/s3-contract.ts'
import { describeFleetStory } from '../e2e/fleet-story.ts'
import { useStore } from './use.ts'

const { title } = useStore()
describeFleetStory(title, async () => `s3://${await makeBucket()}/fleet`)
