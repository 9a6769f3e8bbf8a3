local assay = require "assay"
local support = require "support"
local refusal = support.refusal

local function written(value)
  local path = support.path "value.json"
  assay.write_json(path, value)
  return support.content(path)
end

local function read(text) return assay.read_json(support.file("given.json", text)) end

local function refused(value)
  return refusal(assay.write_json, support.path "refused.json", value)
end

describe("read_json", function()
  it("keeps whole numbers integers and all others floats", function()
    local value = read '{ "a": 3, "b": 0.1, "c": 9007199254740992, "d": -0.0 }'
    assert.equal("integer", math.type(value.a))
    assert.equal(0.1, value.b)
    assert.equal(1 << 53, value.c)
    assert.equal("-inf", tostring(1 / value.d))
  end)

  it("leaves null members out and keeps nulls in lists", function()
    local value = read '{ "a": null, "b": [1, null, 3] }'
    assert.is_nil(value.a)
    assert.equal(assay.null, value.b[2])
    assert.equal(3, #value.b)
  end)

  it("says where a file is not JSON", function()
    local err = refusal(read, '{ "a": 1,\n  "a": 2 }')
    assert.equal("data", err.kind)
    assert.equal(2, err.line)
    assert.matches("given%.json", err.file)
  end)

  it("says that a file is not there", function()
    local err = refusal(assay.read_json, "no-such.json")
    assert.equal("data", err.kind)
    assert.matches("no%-such%.json", tostring(err))
  end)

  it("needs the name of a file", function()
    assert.matches("path must be text, not 5", refusal(assay.read_json, 5).message)
  end)
end)

describe("write_json", function()
  it("says how a frame is written", function()
    assert.matches('f:write "list.json"', refused(assay.frame { columns = { "a" }, rows = { { 1 } } }).message, 1, true)
  end)

  it("sorts keys at every level", function()
    assert.equal('{\n  "a": {\n    "x": 1,\n    "y": 2\n  },\n  "b": [1, 2]\n}\n',
      written { b = { 1, 2 }, a = { y = 2, x = 1 } })
  end)

  it("writes back what it read, empty lists and objects apart", function()
    local text = '{\n  "a": [],\n  "b": {},\n  "c": [null, true, 0.1, "é\\n", 1e+300]\n}\n'
    assert.equal(text, written(read(text)))
  end)

  it("writes single values", function()
    assert.equal("5\n", written(5))
    assert.equal('"text"\n', written "text")
    assert.equal("null\n", written(assay.null))
    assert.equal("{}\n", written {})
  end)

  it("writes a result by its fields", function()
    local text = written(assay.interval(0, 0, { confidence = 0.80 }))
    assert.matches('"status": "no_data"', text)
    assert.not_matches("estimate", text)
  end)

  it("goes as deep as reading does", function()
    local text = ("["):rep(100) .. ("]"):rep(100)
    assert.equal(text, (written(read(text)):gsub("%s", "")))
    assert.matches("nested too deeply", refused { read(text) }.message)
  end)

  it("names the place of what JSON does not have", function()
    local cases = {
      { { a = { b = { 1, print } } }, "the value at a%.b%[2%]: a function cannot" },
      { { 1, { x = 0 / 0 } }, "the value at %[2%]%.x: not a number" },
      { { x = math.huge }, "the value at x: an infinite number" },
      { { x = { 1, 2, [4] = 4 } }, "the value at x: a table is written as a list" },
      { { x = { 1, y = 2 } }, "the value at x: a table is written as a list" },
      { { x = { [true] = 2 } }, "the value at x: a table is written as a list" },
      { { x = (1 << 53) + 1 }, "the value at x: the integer 9007199254740993 is beyond 2%^53" },
      { { x = "\xff" }, "the value at x: .*UTF%-8" },
      { { x = "a\0b" }, "the value at x: text with a NUL byte" },
      { print, "the value: a function cannot" },
    }
    for _, case in ipairs(cases) do
      local err = refused(case[1])
      assert.equal("usage", err.kind)
      assert.matches(case[2], err.message)
    end
  end)

  it("refuses a table inside itself, but not one that stands twice", function()
    local circle = { x = {} }
    circle.x.y = circle
    assert.matches("the value at x%.y: a table that is inside itself", refused(circle).message)
    local twice = { 1 }
    assert.equal('{\n  "a": [1],\n  "b": [1]\n}\n', written { a = twice, b = twice })
  end)

  it("refuses a list that was read and has got a gap", function()
    local list = read "[1, 2, 3]"
    list[2] = nil
    assert.matches("a list with gaps", refused { x = list }.message)
  end)

  it("needs a value, and leaves no file behind where there is none", function()
    local path = support.path "nothing.json"
    assert.matches("assay%.null writes null", refusal(assay.write_json, path).message)
    refusal(assay.write_json, path, { print })
    assert.is_false(support.exists(path))
  end)
end)
