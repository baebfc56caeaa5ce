require 'logger'

def logs(event:, context:)
  puts "one\ntwo", ['three']
  Logger.new($stdout).info('by the logger')
  print 'no end'
  JSON.generate('done')
end

def argument(event:, context:)
  raise ArgumentError, 'grüße'
end

def no_method(event:, context:)
  nil.missing
end

def exits(event:, context:)
  exit(7)
end

def from_layer(event:, context:)
  require 'from_layer'
  require 'greeting'
  [FROM_LAYER, Greeting::TEXT, Gem.loaded_specs.key?('greeting')]
end

def bytes(event:, context:)
  StringIO.new("\x00\xff raw".b)
end

def encoding_über(event:, context:)
  [Encoding.default_external, Encoding.find('filesystem'), File.read(__FILE__).valid_encoding?]
end

class Orders
  def self.handle(event:, context:)
    { class: name, event: event }
  end
end
