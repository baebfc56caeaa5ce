FROM_LAYER = 'lib'.freeze
