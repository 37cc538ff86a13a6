import { makeBucket } from '../contract/s3-contract.ts'
import { tellStories } from '../simulation/tell-stories.ts'
import { useLocalStack } from './use.ts'

useLocalStack()
tellStories('S3', 20, makeBucket)
