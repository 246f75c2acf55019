"""AWS's prices in US dollars, for US East (N. Virginia), without free tier or reservation. Their date is not known.

They were written down from memory, each beside the page that has it, and none was read from that page. Where somebody
else's text of 2026 gives the same, it is named. eu-central-1, where samconfig.toml deploys to, is 5 to 20 % dearer, by
service.
"""

# https://aws.amazon.com/lambda/pricing/ (x86)
LAMBDA_REQUEST = 0.20e-6
LAMBDA_GB_SECOND = 0.0000166667
# For each version that is published. As in https://awsnegotiations.com/blog/lambda-snapstart-cost-impact/ of May 2026.
SNAPSTART_CACHED_GB_SECOND = 0.0000015046
SNAPSTART_RESTORED_GB = 0.0001397998

# https://aws.amazon.com/api-gateway/pricing/ (HTTP API, each of up to 512 KB, of the first 300 million)
HTTP_REQUEST = 1.00e-6

# https://aws.amazon.com/sqs/pricing/ (standard; what has a MessageGroupId is a fair queue's)
SQS_REQUEST = 0.40e-6
SQS_FAIR_REQUEST = 0.10e-6

# https://aws.amazon.com/rds/aurora/pricing/ (Serverless v2, Standard)
# The first two as in https://awsnegotiations.com/blog/aurora-serverless-v2-pricing.html of May 2026.
AURORA_ACU_HOUR = 0.12
AURORA_GB_MONTH = 0.10
AURORA_IO = 0.20e-6
AURORA_BACKUP_GB_MONTH = 0.021

# https://aws.amazon.com/elasticache/pricing/ (Valkey, by the hour)
CACHE_NODE_HOUR = {"cache.t4g.micro": 0.0128, "cache.t4g.small": 0.0256, "cache.r7g.large": 0.1752}

# https://aws.amazon.com/vpc/pricing/ and https://aws.amazon.com/privatelink/pricing/
NAT_HOUR = 0.045
NAT_GB = 0.045
PUBLIC_ADDRESS_HOUR = 0.005
# As in https://awsnegotiations.com/privatelink-cost-analysis.html of May 2026.
ENDPOINT_HOUR = 0.01
ENDPOINT_GB = 0.01

# https://aws.amazon.com/ec2/pricing/on-demand/ (data transfer to the internet, of the first 10 TB)
OUT_GB = 0.09

# https://aws.amazon.com/cloudwatch/pricing/
LOG_GB = 0.50
LOG_GB_MONTH = 0.03
METRIC = 0.30
METRIC_ASKED = 0.01e-3
ALARM = 0.10
DASHBOARD = 3.00

# https://aws.amazon.com/xray/pricing/
TRACE = 5.00e-6

# https://aws.amazon.com/secrets-manager/pricing/
SECRET = 0.40
