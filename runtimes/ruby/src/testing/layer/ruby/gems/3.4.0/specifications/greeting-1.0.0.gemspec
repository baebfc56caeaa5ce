Gem::Specification.new do |spec|
  spec.name = 'greeting'
  spec.version = '1.0.0'
  spec.authors = ['nobody']
  spec.summary = 'A gem in a layer'
  spec.require_paths = ['lib']
end
