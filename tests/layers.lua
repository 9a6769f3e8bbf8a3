-- layers.lua [FOLDER]: who may include and require whom. Prints what breaks the rules; exits 1 then.

-- A room of core includes itself and the rooms named; lua/bind all of core; lua/host bind and base.
local rooms = {
  base = "base", data = "data base", prob = "prob base", sample = "sample data prob base",
  infer = "infer sample data prob base", judge = "judge infer sample data prob base",
  bind = "bind judge infer sample data prob base", host = "host bind base",
}
-- Only these files, or folders, include a library.
local owners = {
  { "^cjson/", "core/data/json.c" }, { "^openssl/", "core/base/hash.c" },
  { "^utf8proc", "core/base/text.c", "core/base/clean.c", "core/base/normal.c" },
  { "^zip", "core/data/spreadsheet" }, { "^expat", "core/data/spreadsheet" },
  { "^xlsxwriter", "core/data/spreadsheet" }, { "^readstat", "core/data/statfile" },
  { "^readline/", "lua/host/repl.c" }, { "^gsl/", "core/" },
  { "^lua%.h$", "lua/" }, { "^lualib%.h$", "lua/" }, { "^lauxlib%.h$", "lua/" },
  { "^linux/", "core/base/door.c", "lua/host/" }, { "^immintrin%.h$", "core/data/scan.c" },
  { "^dlfcn", "lua/host/module.c" }, { "^link%.h$", "lua/host/module.c" },
}
local system = [[ assert ctype dirent errno fcntl fenv float inttypes limits locale math omp poll pthread sched setjmp
  signal spawn stdalign stdarg stdatomic stdbool stddef stdint stdio stdlib string time unistd
  sys/file sys/ioctl sys/mman sys/prctl sys/random sys/resource sys/stat sys/syscall sys/time sys/types sys/wait ]]

local function owned(file, header)
  for _, owner in ipairs(owners) do
    if header:find(owner[1]) then
      for i = 2, #owner do if file:find(owner[i], 1, true) == 1 then return true end end
      return false
    end
  end
  return system:find(" " .. header:gsub("%.h$", ""):gsub("%-", "%%-") .. "[ \n]") ~= nil
end

local function allowed(file, line)
  local room = file:match "^core/(%w+)/" or file:match "^lua/(%w+)/"
  local header = line:match '^%s*#%s*include%s*"([^"]+)"'
  if header then
    local target = header:match "^(%w+)/[%w_]+%.h$" or (file:find "^lua/" and header:match "^[%w_]+%.h$" and room)
    return target and (" " .. rooms[room] .. " "):find(" " .. target .. " ", 1, true) ~= nil
  end
  header = line:match "^%s*#%s*include%s*<([^>]+)>"
  if header then return owned(file, header) end
  local module = line:gsub("%-%-.*", ""):match "require%s*%(?%s*[\"']([^\"']+)"
  if module and file:find "%.lua$" then
    if file:find "^scripts/" then return module == "assay" or not module:find "^assay" end -- or its own folder's
    return module == "assay" or module:find "^assay%." ~= nil
  end
  return true
end

local root, files, wrong = arg[1] or ".", 0, 0
for file in io.popen(("cd '%s' && find core lua scripts -name '*.[ch]' -o -name '*.lua'"):format(root)):lines() do
  local n = 0
  files = files + 1
  for line in io.lines(root .. "/" .. file) do
    n = n + 1
    if not allowed(file, line) then
      wrong = wrong + 1
      print(("%s:%d: not allowed here: %s"):format(file, n, line))
    end
  end
end
print(("%d files, %d arrows that are not allowed"):format(files, wrong))
os.exit(wrong == 0)
