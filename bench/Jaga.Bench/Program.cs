using BenchmarkDotNet.Running;

// Single functions, for work on them; what the whole does on a machine is measured by "jaga bench".
// dotnet run -c Release --project bench/Jaga.Bench -- --filter '*'
BenchmarkSwitcher.FromAssembly(typeof(Jaga.Bench.PdqBench).Assembly).Run(args);
