using System.Runtime.Versioning;

// Jaga runs on Linux: its sandbox, its file modes and its system libraries are Linux's.
[assembly: SupportedOSPlatform("linux")]
