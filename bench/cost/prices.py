"""AWS's prices in US dollars, for US East (N. Virginia), without free tier or reservation.

Each group names AWS's page of it, then what its prices were read in and of when that is. "From memory" was read
nowhere, and its date is not known. All was read in copies, on 24 November 2026: a script fills prices in on most of
AWS's pages, and a copy has none. eu-central-1, where samconfig.toml deploys to, is 5 to 20 % dearer, from memory.
"""

# https://aws.amazon.com/lambda/pricing/ (x86)
# AWS, undated: https://docs.aws.amazon.com/whitepapers/latest/how-aws-pricing-works/lambda.html (there 0.00001667)
LAMBDA_REQUEST = 0.20e-6
LAMBDA_GB_SECOND = 0.0000166667
# For each version that is published. May 2026: https://awsnegotiations.com/blog/lambda-snapstart-cost-impact/
SNAPSTART_CACHED_GB_SECOND = 0.0000015046
SNAPSTART_RESTORED_GB = 0.0001397998

# https://aws.amazon.com/api-gateway/pricing/ (HTTP API, each of up to 512 KB, of the first 300 million)
# AWS, undated: https://docs.aws.amazon.com/whitepapers/latest/best-practices-api-gateway-private-apis-integration/cost-optimization.html
HTTP_REQUEST = 1.00e-6

# https://aws.amazon.com/sqs/pricing/ (standard; what has a MessageGroupId is a fair queue's)
# March 2026: https://cloudburn.io/blog/amazon-sqs-pricing
SQS_REQUEST = 0.40e-6
SQS_FAIR_REQUEST = 0.10e-6

# https://aws.amazon.com/rds/aurora/pricing/ (Serverless v2, Standard)
# June 2026: https://www.factualminds.com/blog/amazon-aurora-pricing-io-optimized-serverless-v2-global/
AURORA_ACU_HOUR = 0.12
# June 2026: https://awsnegotiations.com/aurora-i-o-optimized-vs-standard-cost
AURORA_GB_MONTH = 0.10
AURORA_IO = 0.20e-6
# February 2026: https://www.jusdb.com/blog/aurora-io-optimized-vs-standard-when-to-switch
AURORA_BACKUP_GB_MONTH = 0.021

# https://aws.amazon.com/elasticache/pricing/ (Valkey, by the hour); from memory
CACHE_NODE_HOUR = {"cache.t4g.micro": 0.0128, "cache.t4g.small": 0.0256, "cache.r7g.large": 0.1752}

# https://aws.amazon.com/vpc/pricing/
# February 2026: https://cloudburn.io/blog/aws-nat-gateway-pricing
NAT_HOUR = 0.045
NAT_GB = 0.045
PUBLIC_ADDRESS_HOUR = 0.005
# https://aws.amazon.com/privatelink/pricing/ (of the first petabyte)
# May 2026: https://awsnegotiations.com/privatelink-cost-analysis.html; a copy of AWS's page, undated, has the second.
ENDPOINT_HOUR = 0.01
ENDPOINT_GB = 0.01

# https://aws.amazon.com/ec2/pricing/on-demand/ (data transfer to the internet, of the first 10 TB)
# 2026: https://cloudpipelines.pages.dev/guides/aws-nat-gateway-pricing-2026/
OUT_GB = 0.09

# https://aws.amazon.com/cloudwatch/pricing/
# June 2026: https://www.factualminds.com/blog/amazon-cloudwatch-pricing-metrics-logs-alarms-dashboards/
LOG_GB = 0.50
DASHBOARD = 3.00
# February 2026, of the first 10,000: https://signoz.io/guides/cloudwatch-pricing
METRIC = 0.30
# April 2022, from AWS's page: https://github.com/nishinoshake/aws-rough/issues/37
METRIC_ASKED = 0.01e-3
# From memory.
LOG_GB_MONTH = 0.03
ALARM = 0.10

# https://aws.amazon.com/xray/pricing/ itself, undated
TRACE = 5.00e-6

# https://aws.amazon.com/secrets-manager/pricing/
# Undated: https://hivebook.wiki/wiki/aws-secrets-manager-rotated-secrets-dynamic-db-credentials-kms
SECRET = 0.40
