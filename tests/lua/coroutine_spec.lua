-- Coroutines of the program behave as Lua's do: the same specs run in both.

local function closing(f) return setmetatable({}, { __close = f }) end

local function suspended(f)
  local co = coroutine.create(f)
  assert(coroutine.resume(co))
  return co
end

describe("coroutine.resume", function()
  it("passes values in and out, nil among them", function()
    local co = coroutine.create(function(...)
      local got = table.pack(coroutine.yield(...))
      return got.n, table.unpack(got, 1, got.n)
    end)
    assert.same(table.pack(true, 1, nil, 3, nil), table.pack(coroutine.resume(co, 1, nil, 3, nil)))
    assert.same(table.pack(true, 2, nil, nil), table.pack(coroutine.resume(co, nil, nil)))
    assert.same({ false, "cannot resume dead coroutine" }, { coroutine.resume(co) })
  end)

  it("passes many values", function()
    local many = {}
    for i = 1, 10000 do many[i] = i end
    local co = coroutine.create(function(...) return select("#", ...), ... end)
    assert.equal(10002, select("#", coroutine.resume(co, table.unpack(many))))
  end)

  it("answers the error value itself", function()
    local value = {}
    local _, got = coroutine.resume(coroutine.create(function() error(value) end))
    assert.equal(value, got)
    assert.same({ false }, { coroutine.resume(coroutine.create(function() error() end)) })
  end)

  it("refuses what is not a coroutine, and one that runs", function()
    assert.has_error(function() coroutine.resume(1) end, "bad argument #1 to 'resume' (thread expected, got number)")
    assert.same({ false, "cannot resume non-suspended coroutine" }, { coroutine.resume(coroutine.running()) })
    local outer
    outer = coroutine.create(function()
      return coroutine.resume(coroutine.create(function() return coroutine.resume(outer) end))
    end)
    assert.same({ true, true, false, "cannot resume non-suspended coroutine" }, { coroutine.resume(outer) })
  end)

  it("stops a recursion without end", function()
    local deepest, message = 0, nil
    local function f(depth)
      deepest = math.max(deepest, depth)
      local ok, got = coroutine.resume(coroutine.create(f), depth + 1)
      if not ok then message = got end
    end
    f(1)
    assert.is_true(deepest > 100 and deepest <= 200)
    assert.matches("C stack overflow", message)
  end)

  it("keeps track of states", function()
    local co
    co = coroutine.create(function()
      assert.equal("running", coroutine.status(co))
      coroutine.wrap(function() assert.equal("normal", coroutine.status(co)) end)()
      assert.equal(co, (coroutine.running()))
      coroutine.yield()
    end)
    assert.is_true(coroutine.resume(co))
    assert.equal("suspended", coroutine.status(co))
    assert.is_true(coroutine.resume(co))
    assert.equal("dead", coroutine.status(co))
  end)

  it("lets a coroutine yield across pcall, metamethods and iterators", function()
    local co = coroutine.wrap(function()
      local ok, got = pcall(function() error(coroutine.yield(1), 0) end)
      local sum = setmetatable({}, { __add = function() return coroutine.yield(got) end }) + 1
      local seen
      for v in function(_, last) return not last and coroutine.yield(sum) or nil end do seen = v end
      return ok, seen
    end)
    assert.same({ 1, "a", "b", false, "c" }, { co(), co("a"), co("b"), co("c") })
  end)
end)

describe("coroutine.wrap", function()
  it("gives what is yielded and returned", function()
    local next_one = coroutine.wrap(function(a) return coroutine.yield(a + 1) * 2 end)
    assert.same({ 2, 20 }, { next_one(1), next_one(10) })
    assert.has_error(function() next_one() end, "cannot resume dead coroutine")
  end)

  it("adds its place to a text and leaves other errors as they are", function()
    local _, message = pcall(function() coroutine.wrap(function() error("bad", 0) end)() end)
    assert.matches("^.*coroutine_spec%.lua:%d+: bad$", message)
    local value = {}
    local _, got = pcall(coroutine.wrap(function() error(value) end))
    assert.equal(value, got)
  end)

  it("closes what is open when the coroutine fails, and the later error wins", function()
    local closed
    local _, message = pcall(coroutine.wrap(function()
      local _ <close> = closing(function(_, why) closed = why error("second", 0) end)
      error("first", 0)
    end))
    assert.equal("first", closed)
    assert.matches("second", message)
  end)

  it("needs a function", function()
    assert.has_error(function() coroutine.wrap(1) end, "bad argument #1 to 'wrap' (function expected, got number)")
  end)
end)

describe("coroutine.close", function()
  it("closes what is open, in turn", function()
    local order = {}
    local co = suspended(function()
      local _ <close> = closing(function() order[#order + 1] = "first" end)
      local _ <close> = closing(function() order[#order + 1] = "second" end)
      coroutine.yield()
    end)
    assert.is_true(coroutine.close(co))
    assert.same({ "second", "first" }, order)
    assert.equal("dead", coroutine.status(co))
    assert.is_true(coroutine.close(co))
  end)

  it("answers the error of what is closed, or of the coroutine, once", function()
    local co = suspended(function()
      local _ <close> = closing(function() error("in close", 0) end)
      coroutine.yield()
    end)
    assert.same({ false, "in close" }, { coroutine.close(co) })
    assert.same({ true }, { coroutine.close(co) })
    co = coroutine.create(function() error("in it", 0) end)
    coroutine.resume(co)
    assert.same({ false, "in it" }, { coroutine.close(co) })
  end)

  it("refuses one that runs, and one that waits for another", function()
    assert.has_error(function() coroutine.close(coroutine.running()) end, "cannot close a running coroutine")
    local outer
    outer = coroutine.create(function()
      return coroutine.wrap(function() return select(2, pcall(coroutine.close, outer)) end)()
    end)
    assert.same({ true, "cannot close a normal coroutine" }, { coroutine.resume(outer) })
    assert.has_error(function() coroutine.close(1) end, "bad argument #1 to 'close' (thread expected, got number)")
  end)

  it("goes a hundred deep", function()
    local last, closed = nil, 0
    for _ = 1, 100 do
      local before = last
      last = suspended(function()
        local _ <close> = closing(function()
          closed = closed + 1
          if before then assert(coroutine.close(before)) end
        end)
        coroutine.yield()
      end)
    end
    assert.is_true(coroutine.close(last))
    assert.equal(100, closed)
  end)
end)
