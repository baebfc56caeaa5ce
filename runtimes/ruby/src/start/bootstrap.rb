# frozen_string_literal: true

# Starts the official runtime interface client (the gem aws_lambda_ric) as the image's bootstrap does: the first that is
# found. Everything here is local, for the function's code shares the process.

named = ENV.delete('LAMBDA_BOOTSTRAPS_RUBY_CLIENT')
image = ENV.fetch('LAMBDA_RUNTIME_DIR', '/var/runtime')
# 3.x needs Ruby 3.0.
vendored = File.expand_path("../ric/#{RUBY_VERSION.to_i < 3 ? 2 : 3}/lib", __dir__)

of_image = Dir[File.join(image, 'gems/aws_lambda_ric-*/lib')].max_by do |path|
  Gem::Version.new(path[/aws_lambda_ric-([^\/]+)/, 1])
end

has_client = ->(folder) { folder && File.file?(File.join(folder, 'aws_lambda_ric.rb')) }

of_gems = lambda do
  gem 'aws_lambda_ric'
  Gem.loaded_specs['aws_lambda_ric'].full_require_paths.first
rescue LoadError
  nil
end

client =
  if named
    named if has_client.(named)
  else
    [of_image].find(&has_client) || of_gems.call || [vendored].find(&has_client)
  end

unless client
  places = named ? named : "#{image}/gems, the gems of #{RbConfig.ruby} (#{Gem.path.join(', ')}), and #{vendored}"
  message = "Couldn't find the runtime interface client aws_lambda_ric in #{places}. Try: gem install aws_lambda_ric"
  warn message
  require 'json'
  require 'net/http'
  Net::HTTP.post(
    URI("http://#{ENV.fetch('AWS_LAMBDA_RUNTIME_API')}/2018-06-01/runtime/init/error"),
    { errorMessage: message, errorType: 'Runtime.InvalidEntrypoint' }.to_json,
    'Lambda-Runtime-Function-Error-Type' => 'Runtime.InvalidEntrypoint'
  )
  exit 1
end

if File.file?(File.join(client, 'aws_lambda_ric/bootstrap.rb'))
  # 2.x takes the handler from its command line, and opens the log descriptor by its path, which no socket has.
  ARGV.replace([ENV.fetch('_HANDLER')])
  begin
    File.open("/proc/self/fd/#{ENV.fetch('_LAMBDA_TELEMETRY_LOG_FD')}", 'wb').close
  rescue KeyError, SystemCallError
    ENV.delete('_LAMBDA_TELEMETRY_LOG_FD')
  end
  require File.join(client, 'aws_lambda_ric/bootstrap')
  Bootstrap.start
else
  require File.join(client, 'aws_lambda_ric')
  AwsLambdaRIC::Bootstrap.new.start
end
